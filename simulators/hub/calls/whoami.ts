import { signedIn } from '../access.ts'
import type { Call } from '../http/exchange.ts'
import { jsonReply } from '../http/reply.ts'

/** Whose token it is and what it may do. */
export const whoami: Call = {
  kind: 'whoami',
  methods: ['GET'],
  path: /^\/api\/whoami-v2$/,
  answer(exchange) {
    const { user, role, organizations = [] } = signedIn(exchange)
    return jsonReply({
      type: 'user',
      id: `user-${user}`,
      name: user,
      fullname: user,
      email: `${user}@example.invalid`,
      emailVerified: true,
      billingMode: 'prepaid',
      canPay: false,
      periodEnd: null,
      avatarUrl: '',
      isPro: false,
      orgs: organizations.map((name) => ({
        type: 'org',
        id: `org-${name}`,
        name,
        fullname: name,
        email: null,
        roleInOrg: role === 'write' ? 'write' : 'read',
        canPay: false,
        periodEnd: null,
        avatarUrl: '',
      })),
      auth: {
        type: 'access_token',
        accessToken: { displayName: 'local', role, createdAt: '2025-01-01T00:00:00.000Z' },
      },
    })
  },
}
