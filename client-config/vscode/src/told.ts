/** An error whose message is written for the user. Where it was thrown is nobody's concern. */
export class Told extends Error {}
