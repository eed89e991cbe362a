import { lowerBound, upperBound } from '../../review/verdicts/binomial.ts'
import { literal, parquetFiles } from '../../store/duckdb/open.ts'
import { partPath } from '../../store/run/paths.ts'
import { clusteredMeans, shareOf } from '../answers/clustered.ts'
import type { Example } from '../report.ts'
import { count, estimated, text, type SectionMaker, type Source, withEstimate } from './section.ts'

/** Examples of each cell in which rule and judge differ. */
const examplesPerCell = 20
/** Characters of a prompt or a final answer that an example shows. */
const shownCharacters = 300

/** M7: what the rules and the judge say of the same answers, and what is known of the errors of the verifiers. */
export const verifier: SectionMaker = async (source) => {
  const { db, run } = source
  const cells = await db.rows(`SELECT gold_form, verdict_rule, verdict_judge, count(*) AS n FROM answers
    WHERE is_answered AND verdict_judge IS NOT NULL GROUP BY ALL ORDER BY ALL`)
  const agree = await clusteredMeans(db, {
    from: 'answers',
    value: '(verdict_rule = verdict_judge)::INT',
    by: ['gold_form'],
    where: `is_answered AND verdict_judge IN ('correct', 'incorrect') AND verdict_rule IN ('correct', 'incorrect')`,
  })
  const sources = await db.rows(`SELECT arm, verdict_source, count(*) AS n FROM answers JOIN arms USING (arm)
    WHERE is_answered GROUP BY arm, place, verdict_source ORDER BY place, verdict_source`)
  const tasks = new Set(
    (await db.rows('SELECT DISTINCT task FROM answers ORDER BY task')).map(({ task }) => task),
  )
  const { reviewed } = run
  return {
    id: 'verifier',
    title: 'Rule against judge, and the error of the verifier',
    metric: 'M7',
    says: [
      'A judge is asked where the rules do not accept an answer, so that their agreement here is not that over all answers. The form of a reference is read off its text.',
      ...run.verifiers.flatMap(({ task, verifier, text }) =>
        tasks.has(task) ? [`The verifier ${verifier}: ${text}.`] : [],
      ),
    ],
    tables: [
      {
        id: 'verdict-sources',
        caption: 'What verdicts rest on',
        columns: [text('arm'), text('source', 'rests on'), count('n', 'answers')],
        rows: sources.map(({ arm, verdict_source, n }) => ({
          arm: String(arm),
          source: String(verdict_source),
          n: n as number,
        })),
      },
      {
        id: 'rule-judge',
        caption: 'Answers by the verdict of the rule and of the judge, and the form of the reference',
        columns: [text('gold_form', 'reference'), text('rule'), text('judge'), count('n', 'answers')],
        rows: cells.map(({ gold_form, verdict_rule, verdict_judge, n }) => ({
          gold_form: String(gold_form),
          rule: String(verdict_rule),
          judge: String(verdict_judge),
          n: n as number,
        })),
      },
      {
        id: 'rule-judge-agree',
        caption: 'Share of the answers on which both decided that they decided the same',
        columns: [text('gold_form', 'reference'), count('n'), estimated('share', 'agree', 'share')],
        rows: agree.map((row) => {
          const share = shareOf(row)
          return withEstimate({ gold_form: String(row['gold_form']), n: share.n }, 'share', share)
        }),
      },
      {
        id: 'reviewed',
        caption: 'What people found in random pairs, all of whose answers the verifier holds to be right',
        columns: [text('found'), count('n', 'pairs'), count('of'), estimated('rate', 'share', 'share')],
        rows: reviewed
          ? [
              foundRow('a final answer is wrong', reviewed.wrong_answer, reviewed.pairs),
              foundRow('the reference is wrong', reviewed.gold_wrong, reviewed.pairs),
              foundRow('rejected for any reason', reviewed.rejected, reviewed.pairs),
            ]
          : [],
      },
    ],
    examples: await examplesOf(source),
    notKnown: [
      ...(cells.length === 0
        ? [
            'Rule against judge: no judge was asked; `verify.judge` names one, and verifying again asks no teacher.',
          ]
        : []),
      ...(reviewed
        ? []
        : [
            'The error of the verifier on this run: nobody has judged a random pair; `npm run review` shows a sample.',
          ]),
    ],
  }
}

/** With the exact interval of Clopper and Pearson. */
function foundRow(found: string, n: number, of: number): Record<string, string | number | null> {
  const bounds = of === 0 ? [null, null] : [lowerBound(n, of, 0.975), upperBound(n, of, 0.975)]
  return { found, n, of, rate: of === 0 ? null : n / of, rate_low: bounds[0]!, rate_high: bounds[1]! }
}

/** Answers that rule and judge decide in different ways, drawn by their keys, so that they are the same each time. */
async function examplesOf(source: Source): Promise<{ title: string; examples: Example[] }[]> {
  const { db } = source
  const found = []
  const cells = await db.rows(`SELECT DISTINCT verdict_rule AS rule, verdict_judge AS judge FROM answers
    WHERE is_answered AND verdict_judge IS NOT NULL AND verdict_rule <> verdict_judge ORDER BY ALL`)
  for (const { rule, judge } of cells) {
    const keys = await db.rows(`SELECT sample_key, problem FROM answers
      WHERE is_answered AND verdict_rule = ${literal(String(rule))} AND verdict_judge = ${literal(String(judge))} ORDER BY md5(sample_key) LIMIT ${examplesPerCell}`)
    const examples = await textsOf(
      source,
      keys.map(({ sample_key }) => String(sample_key)),
    )
    found.push({ title: `The rule says ${String(rule)}, the judge ${String(judge)}`, examples })
  }
  return found
}

async function textsOf({ db, run, gathered }: Source, keys: string[]): Promise<Example[]> {
  const parts = (kind: 'verdicts' | 'problems'): string =>
    parquetFiles(gathered.ready.map((shard) => partPath(run.runFolder, kind, shard)))
  const rows = await db.rows(`SELECT left(p.prompt, ${shownCharacters}) AS problem,
      left(array_to_string(p.answers, ' | '), ${shownCharacters}) AS reference, v.arm,
      left(v.extracted, ${shownCharacters}) AS extracted, v.path, v.reason
    FROM ${parts('verdicts')} v JOIN ${parts('problems')} p ON p.id = v.problem_id
    WHERE v.key IN (${keys.map(literal).join(', ')}) ORDER BY md5(v.key)`)
  return rows.map((row) =>
    Object.fromEntries(Object.entries(row).map(([name, value]) => [name, String(value)])),
  )
}
