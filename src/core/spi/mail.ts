/** One e-mail in plain text. */
export interface Letter {
  /** The same for every attempt, so that a mailbox can tell a letter that comes twice. */
  id: string;
  to: string;
  subject: string;
  text: string;
}

/** Sends e-mail. */
export interface Mail {
  /**
   * Resolves when a server has taken the letter over.
   * @throws Refusal `unavailable` where another try may do, `rule` where this letter will never be taken
   */
  send(letter: Letter): Promise<void>;
}
