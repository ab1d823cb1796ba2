/** One event of a stream (https://html.spec.whatwg.org/multipage/server-sent-events.html). */
export function frame(type: string, data: unknown, id?: string): string {
  const envelope = JSON.stringify({ type, source: 'lablet-cloud-manager', data });
  return `event: ${type}\n${id ? `id: ${id}\n` : ''}data: ${envelope}\n\n`;
}
