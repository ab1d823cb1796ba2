/** The key of content with that SHA-256 digest. */
export const contentKey = (digest: Uint8Array): string => `sha256-${Buffer.from(digest).toString('hex')}`;

/** The hexadecimal digest in a key; undefined where the text is no key. */
export const digestIn = (key: string): string | undefined => /^sha256-([0-9a-f]{64})$/.exec(key)?.[1];
