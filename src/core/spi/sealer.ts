/**
 * Encrypts what the store must hold and nobody may read there. `place` says where the text is kept, such as
 * `login/8f3a`: a text that was moved to another place does not open.
 */
export interface Sealer {
  seal(text: string, place: string): string;
  /** @throws Refusal `unavailable` naming the key that is missing, or where the text was changed or moved */
  open(sealed: string, place: string): string;
}
