import type { Random } from '../../../problems/builtin/random.ts'
import { deck, phrases } from '../prose/phrase.ts'
import type { Spoil } from './spoil.ts'

/** Sentences as a solution in Chinese has them. Enough that a long text does not repeat itself as a loop does. */
const sentences = phrases(
  '{首先|第一步}，{我们|让我}{把已知条件整理一下|弄清楚题目在问什么}，{题中|文中}给出的{数据|数值}是[it]。',
  '{设|不妨设}{未知量|所求的数}为[it]，{然后|接着}{列出|写出}相应的{方程|关系式}。',
  '{由|根据}{上式|这条性质}{可知|可以推出}，{两端|等号两边}{同时|各自}{减去|加上}[it]{后|之后}仍然{相等|成立}。',
  '{注意|请留意}{这里|此处}的[it]{不能|不可以}{忽略|省去}，{否则|不然}{会|将}{漏掉|少算}一种{情形|可能}。',
  '{换个角度|从另一方面}{思考|来看}，{如果|假如}{取|选}[it]，{那么|则}{左端|整个式子}{变小|变大|不变}。',
  '{稍等|等等}，{刚才|前一行}的{符号|单位}{好像|似乎}{写错|弄反}了，{应当|该}{改成|写作}[it]。',
  '{整理|化简|合并同类项}{以后|得}[it]，{形式|结构}{简洁|清楚}{多|许多}。',
  '{接下来|随后}{计算|求}{余下|剩余}的{部分|项}，{即|也就是}[it]。',
  '{验算|检验}：{代回|放进}原{题|方程}，{恰好|正好}{得到|等于}[it]，{吻合|没有矛盾}。',
  '{按照|依照}{定义|惯例}，{分子|分母}{必须|应}{为正|非零}，{所以|故}{只|仅}{保留|剩下}[it]。',
  '{乘法|除法}{先于|优先于}{加法|减法}，{因而|于是}{先|提前}{处理|算出}[it]。',
  '{倘若|要是}{每组|每份}{有|含}[it]{个|件}，{总共|合计}{需要|用掉}{多少|几份}{便|就}{一目了然|容易看出}。',
  '{这个|该}{结论|结果}{与|跟}{直觉|估计}{相符|一致}，[it]{也|同样}{落在|处于}{合理|允许}的{范围|区间}内。',
  '{还有|另有}一个{细节|要点}：{题干|问题}{要求|问}的是{整数|最简形式}，{而|但}[it]{已经|确实}{满足|符合}。',
  '{画|想象}一条{数轴|线段}，{标出|找到}[it]{的位置|所在}，{间距|距离}{随之|立刻}{明确|确定}。',
  '{利用|借助}{对称|整除|奇偶}{性质|规律}，{排除|去掉}[it]{以外|之外}的{选择|候选}。',
  '{回顾|再看}{整段|全部}{推理|过程}，{每|任何}一{环节|处}{均|都}{有依据|站得住}，{包括|例如}[it]。',
  '{把|将}[it]{拆成|分解为}{两块|几段}，{分别|逐一}{讨论|求值}{再|最后}{相加|汇总}。',
  '{幸运的是|好在}，{公因式|公约数}[it]{可以|能}{约去|提出来}，{运算|工作}{量|负担}{减半|下降}。',
  '{综合|结合}{以上|前述}{分析|讨论}，{答案|所求}{只能|必定}{由|从}[it]{决定|得出}。',
)

/** Everything around the final answer is in Chinese, though the question is not. */
export const chineseAnswer: Spoil = {
  name: 'chinese_answer',
  modes: ['thinking', 'non_thinking'],
  exclusive: true,
  alter(reply, { random }) {
    const closing = reply.content.split('\n\n').at(-1) ?? ''
    return {
      ...reply,
      reasoning: inChinese(reply.reasoning, random),
      content: `${inChinese(reply.content, random)}\n\n${closing}`,
    }
  },
}

/** As many paragraphs as the text has and half as many sentences, with the figures of those in the places of it. */
function inChinese(text: string, random: Random): string {
  if (text === '') return ''
  const speak = deck(sentences, random)
  return text
    .split('\n\n')
    .map((paragraph) =>
      paragraph
        .split(/(?<=[.?!]) /)
        .filter((_, index) => index % 2 === 0)
        .map((sentence) => speak({ it: /\d[\d ()+*/=.^-]*\d|\d+/.exec(sentence)?.[0] ?? '该数' }))
        .join(''),
    )
    .join('\n\n')
}
