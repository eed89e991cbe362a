/*
 * Every number of a report once more, by questions of another make: they read the parts, the journal and the dataset as they
 * lie, join them at once, and compute intervals by their definitions. Each gives the columns of its table.
 */

const z = 1.959963984540054

/** All answers with everything about them, in one relation. */
const answers = (
  run: string,
): string => `(SELECT t.*, p.domain, p.task, p.source, p.difficulty, p.answers[1] AS gold,
  v.verdict, v.verdict_rule, v.verdict_judge, v.verdict_source, d.keep, d.reasons, d.measures,
  CAST(v.verdict = 'correct' AS INTEGER) AS ok, t.reasoning_tokens + t.answer_tokens AS tok,
  octet_length(encode(t.reasoning)) + octet_length(encode(t.answer)) AS bytes,
  coalesce(map {'correct': 'right', 'incorrect': 'wrong'}[v.verdict], 'undecided') AS kind
  FROM '${run}/traces/*.parquet' t, '${run}/verdicts/*.parquet' v, '${run}/decisions/*.parquet' d, '${run}/problems/*.parquet' p
  WHERE v.key = t.key AND d.key = t.key AND p.id = t.problem_id AND v.problem_id = p.id AND d.problem_id = p.id)`

/**
 * A mean with its interval, from deviations of whole problems.
 *
 * @param rows columns `keys`, `problem_id` and `y`
 */
function clustered(keys: string, rows: string, as: string, bounds: 'share' | 'length' | 'any'): string {
  const fit = (value: string): string =>
    bounds === 'share'
      ? `least(1, greatest(0, ${value}))`
      : bounds === 'length'
        ? `greatest(0, ${value})`
        : value
  const unanimous = bounds === 'share' ? 'r IN (0, 1)' : 'false'
  return `WITH x AS (${rows}), m AS (SELECT ${keys}, avg(y) AS r, count(y) AS n FROM x WHERE y IS NOT NULL GROUP BY ${keys}),
    e AS (SELECT ${keys}, problem_id, sum(y - r) AS off FROM x JOIN m USING (${keys}) WHERE y IS NOT NULL GROUP BY ${keys}, problem_id),
    s AS (SELECT ${keys}, count(*) AS g, sqrt(count(*) / (count(*) - 1) * sum(off * off)) AS root FROM e GROUP BY ${keys})
    SELECT ${keys}, n, r AS ${as},
      CASE WHEN ${unanimous} THEN if(r = 0, 0, g / (g + ${z * z})) ELSE ${fit(`r - ${z} * root / n`)} END AS ${as}_low,
      CASE WHEN ${unanimous} THEN if(r = 1, 1, ${z * z} / (g + ${z * z})) ELSE ${bounds === 'length' ? `r + ${z} * root / n` : fit(`r + ${z} * root / n`)} END AS ${as}_high
    FROM m JOIN s USING (${keys})`
}

/** The first samples of each arm are all that it has in this run. */
const perProblem = (run: string, budget = 1e9): string =>
  `(SELECT arm, problem_id, count(*) AS n, sum(if(tok <= ${budget}, ok, 0)) AS c, count(*) FILTER (kind <> 'undecided') AS checked
    FROM ${answers(run)} GROUP BY arm, problem_id)`

const budgets = [2048, 4096, 8192, 16384, 32768]
const choose = (n: string, k: string): string =>
  `(factorial(${n}) / (factorial(${k}) * factorial(${n} - ${k})))`
const fails =
  'if(n - c < k, 0, ' + choose('(n - c)::INT', 'k::INT') + ' / ' + choose('n::INT', 'k::INT') + ')'

const firsts = (
  run: string,
): string => `(SELECT p.problem_id, p.domain, p.task, p.source, t.ok AS a, p.ok AS b
  FROM ${answers(run)} t JOIN ${answers(run)} p ON p.problem_id = t.problem_id
  WHERE t.arm = 'thinking' AND p.arm = 'plain' AND t.sample_index = 0 AND p.sample_index = 0)`

/** What the recipe's `classify` says of the columns of a problem. */
const area = `coalesce(map {'algebra': 'math', 'geometry': 'science'}[x.domain], 'unknown')`
const format = `if(x.source = 'market', 'multiple_choice', 'open_ended')`

const pairedBy = (
  run: string,
  by: string,
  group: string,
): string => `SELECT 'thinking' AS a, 'plain' AS b, '${by}' AS by,
  ${group} AS "group", count(*) AS problems, sum(x.a * x.b) AS both, sum(x.a * (1 - x.b)) AS only_a, sum(x.b * (1 - x.a)) AS only_b,
  sum((1 - x.a) * (1 - x.b)) AS neither, avg(x.a - x.b) AS difference,
  greatest(-1, avg(x.a - x.b) - ${z} * stddev_samp(x.a - x.b) / sqrt(count(*))) AS difference_low,
  least(1, avg(x.a - x.b) + ${z} * stddev_samp(x.a - x.b) / sqrt(count(*))) AS difference_high FROM ${firsts(run)} x GROUP BY ${group === `'all problems'` ? '()' : 'ALL'}`

const pairs = (
  run: string,
): string => `(SELECT pair_id, p.domain, t.tok / i.tok AS tokens, t.bytes / i.bytes AS bytes
  FROM '${run}/pairs/*.parquet' q JOIN ${answers(run)} t ON t.key = list_extract(list_filter(q.members, lambda m: m.arm = 'thinking'), 1).key
  JOIN ${answers(run)} i ON i.key = list_extract(list_filter(q.members, lambda m: m.arm = 'plain'), 1).key
  JOIN '${run}/problems/*.parquet' p ON p.id = q.pair_id WHERE q.lost = '')`

const ratioBy = (
  run: string,
  name: string,
  by: string,
): string => `SELECT ${name} AS domain, count(*) AS n, avg(tokens) AS mean,
  avg(tokens) - ${z} * sqrt(var_samp(tokens) / count(*)) AS mean_low, avg(tokens) + ${z} * sqrt(var_samp(tokens) / count(*)) AS mean_high,
  list_extract(list_sort(list(tokens)), ceil(0.1 * count(*))::INT) AS p10, list_extract(list_sort(list(tokens)), ceil(0.5 * count(*))::INT) AS p50,
  list_extract(list_sort(list(tokens)), ceil(0.9 * count(*))::INT) AS p90, avg(bytes) AS bytes_mean,
  list_extract(list_sort(list(bytes)), ceil(0.5 * count(*))::INT) AS bytes_p50 FROM ${pairs(run)} GROUP BY ${by}`

const measured: Readonly<Record<string, string>> = {
  steps: 'steps',
  step_tokens: 'tokens of a step',
  branching_density: 'share of steps that turn',
  reflection_words: 'reflection words for 1,000 tokens',
  verification_words: '“check”, “verify” for 1,000 tokens',
  tentative_words: '“perhaps”, “might” for 1,000 tokens',
  connective_words: '“therefore”, “since” for 1,000 tokens',
}

/** What the journal says was billed, with the prices of the recipe. */
const billed = (run: string): string => `(SELECT split_part(arm, '@', 1) AS arm, problem_id, key,
  body.usage.prompt_tokens AS prompt, body.usage.completion_tokens AS completion,
  (body.usage.prompt_tokens * if(arm = 'judge@judge', 10, 2) + body.usage.completion_tokens * if(arm = 'judge@judge', 100, 30)) / 1e6 AS usd
  FROM read_json('${run}/journal/*/*/*/0*.jsonl', format = 'newline_delimited', columns = {type: 'VARCHAR', arm: 'VARCHAR', problem_id: 'VARCHAR', key: 'VARCHAR',
    body: 'STRUCT("usage" STRUCT(prompt_tokens BIGINT, completion_tokens BIGINT))'}) WHERE type = 'answered')`

const written = (run: string): string => `(SELECT count(*) FROM '${run}/dataset/data/pairs/*.parquet')`

/** What became of every sample: the stage that lost it and why; written ones lost nothing. */
const fates = (
  run: string,
): string => `(SELECT t.arm, t.key, CASE WHEN NOT t.keep THEN 'kept' WHEN m.key IS NULL THEN 'paired' ELSE 'written' END AS stage,
  CASE WHEN NOT t.keep THEN t.reasons[1] WHEN m.key IS NOT NULL THEN '' WHEN q.lost = '' THEN 'not_selected' ELSE q.lost END AS reason
  FROM ${answers(run)} t JOIN '${run}/pairs/*.parquet' q ON q.pair_id = t.problem_id
  LEFT JOIN (SELECT pair_id, unnest(members).key AS key FROM '${run}/pairs/*.parquet' WHERE lost = '') m ON m.key = t.key)`

const stages = ['planned', 'sent', 'answered', 'parsed', 'verified', 'kept', 'paired', 'written']
const rejected = (run: string): string =>
  `read_json('${run}/problems/rejected.jsonl', format = 'newline_delimited', columns = {reason: 'VARCHAR', facts: 'JSON'})`
const bars = (perDoubling: number, value: string): string =>
  `pow(2, floor(log2(${value}) * ${perDoubling} + 1e-9) / ${perDoubling}) AS "from", pow(2, (floor(log2(${value}) * ${perDoubling} + 1e-9) + 1) / ${perDoubling}) AS "to"`

/** The question for each table of a report, by the table's name. */
export const questions: Readonly<Record<string, (run: string) => string>> = {
  funnel: (
    run,
  ) => `SELECT 'problems read' AS stage, '' AS arm, (SELECT count(*) FROM '${run}/problems/*.parquet') + (SELECT count(*) FROM ${rejected(run)}) AS "in",
      (SELECT count(*) FROM '${run}/problems/*.parquet') AS "out"
    UNION ALL SELECT 'problems paired', '', count(*), count(*) FILTER (lost = '') FROM '${run}/pairs/*.parquet'
    UNION ALL SELECT stage, arm, count(*) FILTER (WHERE fate >= place), count(*) FILTER (WHERE fate > place OR lost_at = 'written') FROM (
      SELECT f.arm, f.stage AS lost_at, list_position(${JSON.stringify(stages).replaceAll('"', "'")}, f.stage) AS fate, s.stage, s.place
      FROM ${fates(run)} f, (SELECT unnest(${JSON.stringify(stages).replaceAll('"', "'")}) AS stage, generate_subscripts(${JSON.stringify(stages).replaceAll('"', "'")}, 1) AS place) s) GROUP BY stage, arm`,
  losses: (
    run,
  ) => `SELECT 'problems read' AS stage, '' AS arm, reason, count(*) AS lost FROM ${rejected(run)} GROUP BY reason
    UNION ALL SELECT 'problems paired', '', lost, count(*) FROM '${run}/pairs/*.parquet' WHERE lost <> '' GROUP BY lost
    UNION ALL SELECT stage, arm, reason, count(*) FROM ${fates(run)} WHERE reason <> '' GROUP BY ALL`,
  accuracy: (
    run,
  ) => `SELECT arm, n AS answered, "right", wrong, undecided, share, share_low, share_high FROM (${clustered('arm', `SELECT arm, problem_id, ok AS y FROM ${answers(run)}`, 'share', 'share')})
    JOIN (PIVOT (SELECT arm, kind, key FROM ${answers(run)}) ON kind IN ('right', 'wrong', 'undecided') USING count(key) GROUP BY arm) USING (arm)`,
  'four-cells': (
    run,
  ) => `SELECT * FROM (PIVOT (SELECT arm, concat(kind, if(keep, '_kept', '_dropped')) AS cell, key FROM ${answers(run)})
    ON cell IN ('right_kept', 'right_dropped', 'wrong_kept', 'wrong_dropped', 'undecided_kept', 'undecided_dropped') USING count(key) GROUP BY arm)`,
  paired: (run) =>
    [
      pairedBy(run, 'all', `'all problems'`),
      pairedBy(run, 'domain · format', `concat(${area}, ' · ', ${format})`),
      pairedBy(run, 'source', 'x.source'),
    ]
      .map((one) => `(${one})`)
      .join(' UNION ALL '),
  lengths: (
    run,
  ) => `SELECT * FROM (${clustered('arm, kind', `SELECT arm, kind, problem_id, tok AS y FROM ${answers(run)}`, 'mean', 'length')}) JOIN (
    SELECT arm, kind, ${[10, 50, 90, 99].map((p) => `list_extract(list_sort(list(tok)), greatest(1, ceil(${p} * count(*) / 100)::INT)) AS p${p}`).join(', ')} FROM ${answers(run)} GROUP BY arm, kind) USING (arm, kind)`,
  'length-wrong-right': (
    run,
  ) => `WITH s AS (SELECT *, (mean_high - mean) / mean AS rel FROM (${clustered('arm, kind', `SELECT arm, kind, problem_id, tok AS y FROM ${answers(run)}`, 'mean', 'length')}))
    SELECT w.arm, w.mean / r.mean AS ratio, exp(ln(w.mean / r.mean) - sqrt(pow(w.rel, 2) + pow(r.rel, 2))) AS ratio_low,
      exp(ln(w.mean / r.mean) + sqrt(pow(w.rel, 2) + pow(r.rel, 2))) AS ratio_high FROM s w JOIN s r ON w.arm = r.arm AND w.kind = 'wrong' AND r.kind = 'right'`,
  'length-bars': (run) =>
    `SELECT arm, kind, ${bars(4, 'tok')}, count(*) AS n FROM ${answers(run)} WHERE tok > 0 GROUP BY ALL`,
  budget: (run) =>
    budgets
      .map(
        (b) =>
          `(SELECT *, ${b} AS budget FROM (${clustered('arm', `SELECT arm, problem_id, if(tok > ${b}, 0, ok) AS y FROM ${answers(run)}`, 'share', 'share')}))`,
      )
      .join(' UNION ALL '),
  'solved-at-budget': (run) =>
    budgets
      .map(
        (b) =>
          `(SELECT arm, ${b} AS budget, count(*) AS problems, count(*) FILTER (c = 0) AS "none", count(*) FILTER (c = n) AS "all" FROM ${perProblem(run, b)} GROUP BY arm)`,
      )
      .join(' UNION ALL '),
  passes: (
    run,
  ) => `WITH e AS (SELECT arm, k, c / n AS mean, 1 - ${fails} AS pass FROM ${perProblem(run)}, (SELECT unnest([1, 2, 4]) AS k) WHERE k <= n)
    SELECT arm, k, count(*) AS problems, 0 AS left_out, avg(mean) AS mean, avg(pass) AS pass,
      ${['mean', 'pass'].map((of) => `greatest(0, avg(${of}) - ${z} * stddev_samp(${of}) / sqrt(count(*))) AS ${of}_low, least(1, avg(${of}) + ${z} * stddev_samp(${of}) / sqrt(count(*))) AS ${of}_high`).join(', ')} FROM e GROUP BY arm, k`,
  tiers: (
    run,
  ) => `WITH r AS (SELECT arm, (c / checked)::DOUBLE AS rate FROM ${perProblem(run)} WHERE checked > 0)
    SELECT arm, sum((rate = 0)::INT) AS "never solved", sum((rate > 0 AND round(rate, 6) <= 0.333333)::INT) AS "up to a third", sum((round(rate, 6) > 0.333333 AND round(rate, 6) <= 0.666667)::INT) AS "up to two thirds",
      sum((round(rate, 6) > 0.666667 AND rate < 1)::INT) AS "above two thirds", sum((rate = 1)::INT) AS "always solved" FROM r GROUP BY arm`,
  'difficulty-labels': (run) =>
    clustered(
      'label, arm',
      `SELECT difficulty AS label, arm, problem_id, ok AS y FROM ${answers(run)} WHERE difficulty <> ''`,
      'share',
      'share',
    ),
  'pass-rate-bars': (run) =>
    `SELECT arm, (b - 0.5) / 10 AS "from", (b + 0.5) / 10 AS "to", count(*) AS problems FROM (SELECT arm, floor(10 * c / checked + 0.5 + 1e-12) AS b FROM ${perProblem(run)} WHERE checked > 0) GROUP BY arm, b`,
  ratio: (run) =>
    `${ratioBy(run, `'all pairs'`, '()')} UNION ALL ${ratioBy(run, `if(domain = '', 'no domain', domain)`, 'domain')}`,
  'ratio-bars': (run) =>
    `SELECT ${bars(4, 'round(tokens, 2)')}, count(*) AS n FROM ${pairs(run)} GROUP BY ALL`,
  truncation: (
    run,
  ) => `SELECT * FROM (${clustered('arm, cap', `SELECT arm, sampling.max_tokens AS cap, problem_id, starts_with(finish_state, 'cut')::INT AS y FROM ${answers(run)}`, 'share', 'share')})
    JOIN (SELECT arm, sampling.max_tokens AS cap, sum((finish_state = 'cut_in_think')::INT) AS in_think, sum((finish_state = 'cut_in_answer')::INT) AS in_answer, 0 AS recovered FROM ${answers(run)} GROUP BY ALL) USING (arm, cap)`,
  'verdict-sources': (run) =>
    `SELECT arm, verdict_source AS source, count(*) AS n FROM '${run}/verdicts/*.parquet' GROUP BY ALL`,
  'rule-judge': (run) =>
    `SELECT 'whole number' AS gold_form, verdict_rule AS rule, verdict_judge AS judge, count(*) AS n FROM '${run}/verdicts/*.parquet' WHERE verdict_judge IS NOT NULL GROUP BY ALL`,
  'rule-judge-agree': (run) =>
    clustered(
      'gold_form',
      `SELECT 'whole number' AS gold_form, problem_id, if(verdict_rule = verdict_judge, 1, 0) AS y FROM '${run}/verdicts/*.parquet'
    WHERE verdict_rule IN ('correct', 'incorrect') AND verdict_judge IN ('correct', 'incorrect')`,
      'share',
      'share',
    ),
  reflection: (run) =>
    Object.entries(measured)
      .map(
        ([name, label]) =>
          `(SELECT '${label}' AS label, * FROM (${clustered('arm, kind', `SELECT arm, kind, problem_id, measures.${name} AS y FROM ${answers(run)}`, 'mean', 'length')}))`,
      )
      .join(' UNION ALL '),
  cost: (
    run,
  ) => `SELECT b.*, requests / ${written(run)} AS requests_per_pair, (prompt_tokens + completion_tokens) / ${written(run)} AS tokens_per_pair, usd / ${written(run)} AS usd_per_pair,
      (prompt_tokens + completion_tokens) / hits AS tokens_per_right, usd / hits AS usd_per_right
    FROM (SELECT arm, count(*) AS requests, sum(prompt) AS prompt_tokens, sum(completion) AS completion_tokens, sum(usd) AS usd FROM ${billed(run)} GROUP BY arm) b
    LEFT JOIN (SELECT arm, sum(ok) AS hits FROM ${answers(run)} GROUP BY arm) USING (arm)`,
  'cost-total': (run) =>
    `SELECT count(*) AS requests, sum(prompt + completion) AS tokens, sum(usd) AS usd, ${written(run)} AS pairs, sum(prompt + completion) / ${written(run)} AS tokens_per_pair, sum(usd) / ${written(run)} AS usd_per_pair FROM ${billed(run)}`,
  'tokens-lost': (
    run,
  ) => `SELECT f.arm, f.stage, f.reason, sum(prompt) AS prompt_tokens, sum(completion) AS completion_tokens, sum(usd) AS usd
    FROM ${fates(run)} f JOIN ${billed(run)} b ON b.key = f.key AND b.arm = f.arm GROUP BY ALL
    UNION ALL SELECT 'judge', 'verified', 'judging', sum(prompt), sum(completion), sum(usd) FROM ${billed(run)} WHERE arm = 'judge'`,
  leaks: (run) => `SELECT 'problems' AS what, reason, count(*) AS n FROM ${rejected(run)} GROUP BY reason`,
  'benchmark-hits': (run) =>
    `SELECT json_extract_string(facts, '$.benchmark') AS benchmark, count(*) AS n, count(DISTINCT json_extract_string(facts, '$.item')) AS items FROM ${rejected(run)} WHERE reason = 'contaminated' GROUP BY benchmark`,
  'duplicate-groups': (run) =>
    `SELECT n + 1 AS size, count(*) AS groups FROM (SELECT json_extract_string(facts, '$.other') AS other, count(*) AS n FROM ${rejected(run)} WHERE reason = 'near_duplicate' GROUP BY other) GROUP BY n`,
  dataset: (
    run,
  ) => `SELECT r.config, count(DISTINCT filename) AS shards, count(*) AS rows, (SELECT sum(octet_length(content)) FROM read_blob('${run}/dataset/data/*/*.parquet') WHERE contains(filename, '/' || r.config || '/')) AS bytes
    FROM (SELECT split_part(filename, '/', -2) AS config, filename FROM read_parquet('${run}/dataset/data/*/*.parquet', union_by_name = true, filename = true)) r GROUP BY r.config`,
  reviewed: (
    run,
  ) => `WITH v AS (SELECT pair_id, max(verdict = 'reject') AS bad, max(coalesce(reason, '') = 'wrong_answer') AS wrong, max(coalesce(reason, '') = 'gold_wrong') AS gold FROM read_json('${run}/reviews/*.jsonl', format = 'newline_delimited',
      columns = {pair_id: 'VARCHAR', verdict: 'VARCHAR', reason: 'VARCHAR', sample: 'STRUCT(why VARCHAR)'}) WHERE sample.why = 'random' GROUP BY pair_id)
    SELECT 'a final answer is wrong' AS found, count(*) FILTER (wrong) AS n, count(*) AS "of", avg(wrong::INT) AS rate FROM v UNION ALL
    SELECT 'the reference is wrong', count(*) FILTER (gold), count(*), avg(gold::INT) FROM v UNION ALL SELECT 'rejected for any reason', count(*) FILTER (bad), count(*), avg(bad::INT) FROM v`,
}
