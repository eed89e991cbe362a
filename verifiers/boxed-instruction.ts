/** Asks for steps and a boxed answer in the words that the model cards of reasoning models advise. */
export const boxedInstruction = 'Please reason step by step, and put your final answer within \\boxed{}.'
