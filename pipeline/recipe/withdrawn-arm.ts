/** What the ledger calls the spend on problems that have left the problem set. */
export const withdrawnArmName = 'withdrawn'
