/** Token budgets at which accuracy is told. */
export const budgets = [2048, 4096, 8192, 16_384, 32_768] as const
