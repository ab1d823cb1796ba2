/**
 * The region that a request was signed for, out of the credential scope of its Signature Version 4
 * `Authorization` header; undefined where there is none. Signatures themselves are not checked.
 */
export function signedRegion(authorization: string | undefined): string | undefined {
  const scope = /Credential=[^/,\s]+\/\d{8}\/([a-z0-9-]+)\/[a-z0-9-]+\/aws4_request/.exec(
    authorization ?? '',
  );
  return scope?.[1];
}
