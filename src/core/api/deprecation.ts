/** That an operation is on its way out, and until when it stays (docs/api.md, Deprecation). */
export interface Deprecation {
  /** Day from which it counts as deprecated, such as `2027-01-31`. */
  since: string;
  /** Day on which it may be gone; half a year after `since` at the earliest. */
  until: string;
  /** Path of what does its work from now on. */
  instead?: string;
}

/**
 * What clients are told with every answer of such an operation: `Deprecation` (RFC 9745), `Sunset` (RFC 8594), and
 * links to the policy and to what takes its place (RFC 5829).
 */
export function deprecationHeaders({ since, until, instead }: Deprecation): Record<string, string> {
  const links = [
    '</api/docs>; rel="deprecation"',
    ...(instead ? [`<${instead}>; rel="successor-version"`] : []),
  ];
  return {
    deprecation: `@${Date.parse(since) / 1000}`,
    sunset: new Date(Date.parse(until)).toUTCString(),
    link: links.join(', '),
  };
}
