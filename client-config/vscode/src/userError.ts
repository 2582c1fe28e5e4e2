/** An error whose message is written for the user; its stack is not logged. */
export class UserError extends Error {}
