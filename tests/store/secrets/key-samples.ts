export const signs = 'abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789'
export const made = (length: number, from = signs): string =>
  Array.from({ length }, (_, index) => from[(index * 7 + 3) % from.length]).join('')
const hex = '0123456789abcdef'

/** Made up here, in the form that the service gives its keys. */
export const samples: Readonly<Record<string, string>> = {
  'Hugging Face token': `hf_${made(34, signs.slice(0, 52))}`,
  'OpenAI key': `sk-proj-${made(74)}T3BlbkFJ${made(74)}`,
  'Anthropic key': `sk-ant-api03-${made(93)}AA`,
  'OpenRouter key': `sk-or-v1-${made(64, hex)}`,
  'key of the form sk-': `sk-${made(48)}`,
  'Groq key': `gsk_${made(52)}`,
  'xAI key': `xai-${made(80)}`,
  'NVIDIA key': `nvapi-${made(64)}`,
  'Fireworks key': `fw_${made(24)}`,
  'Together key': `tgp_v1_${made(43)}`,
  'Perplexity key': `pplx-${made(48)}`,
  'Replicate token': `r8_${made(37)}`,
  'Azure OpenAI key': `${made(52)}JQQJ99${made(26)}`,
  'GitHub token': `ghp_${made(36)}`,
  'GitLab token': `glpat-${made(20)}`,
  'AWS key': `AKIA${made(16, 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567')}`,
  'Google API key': `AIza${made(35)}`,
  'Google OAuth token': `ya29.${made(60)}`,
  'Slack token': `xoxb-${made(12, hex)}-${made(24)}`,
  'Slack webhook': `https://hooks.slack.com/services/T${made(8)}/B${made(8)}/${made(24)}`,
  'Stripe key': `sk_live_${made(24)}`,
  'SendGrid key': `SG.${made(22)}.${made(43)}`,
  'npm token': `npm_${made(36)}`,
  'PyPI token': `pypi-AgEIcHlwaS5vcmc${made(60)}`,
  'Databricks token': `dapi${made(32, hex)}`,
  'DigitalOcean token': `dop_v1_${made(64, hex)}`,
  'Telegram bot token': `8094172635:AA${made(33)}`,
  'age secret key': `AGE-SECRET-KEY-1${made(58, 'QPZRY9X8GF2TVDW0S3JN54KHCE6MUA7L')}`,
  'private key': `-----BEGIN RSA PRIVATE KEY-----\n${made(64)}\n${made(64)}`,
  'address with a password': 'postgres://admin:hG7tr4Qpz9@db.internal:5432/x',
}
