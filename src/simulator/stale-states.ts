/** What CML tells of states under `/api/v0`: a lab, its elements, the licence, and whether it is ready. */
const TELLS_STATES =
  /^\/api\/v0\/(labs\/[^/]+(\/(state|lab_element_state|nodes(\/[^/]+(\/state)?)?))?|licensing|system_information)\/?$/;

/** Whether the answer to this request can be out of date. */
export const tellsStates = (method: string, url: string): boolean =>
  method === 'GET' && TELLS_STATES.test(url.split('?', 1)[0] ?? '');

/**
 * The answer as it was before the latest change, as a server tells it whose own picture lags: nodes that have
 * booted are still starting, labs that were started are off, a licence is still being registered.
 * @param choice in [0, 1), decides where there is more than one state before
 */
export function asBefore(json: string, choice: number): string {
  return json.replace(STATE, (now) => {
    const before = BEFORE[now] ?? [now];
    return before[Math.floor(choice * before.length)] ?? now;
  });
}

const BEFORE: Readonly<Record<string, readonly string[]>> = {
  '"BOOTED"': ['"STARTED"'],
  '"STARTED"': ['"STOPPED"', '"DEFINED_ON_CORE"'],
  '"QUEUED"': ['"STOPPED"', '"DEFINED_ON_CORE"'],
  '"STOPPED"': ['"STARTED"'],
  '"DEFINED_ON_CORE"': ['"STOPPED"'],
  '"IN_COMPLIANCE"': ['"IN_PROGRESS"'],
  '"COMPLETED"': ['"IN_PROGRESS"'],
  '"NOT_REGISTERED"': ['"IN_PROGRESS"'],
  '"ready":true': ['"ready":false'],
};
const STATE = new RegExp(Object.keys(BEFORE).join('|'), 'g');
