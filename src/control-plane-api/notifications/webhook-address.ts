import { Refusal } from '@lcm/core/domain/refusal.ts';
import type { Web } from '@lcm/core/spi/web.ts';

/**
 * Refuses a webhook that is never posted to, when it is named. It is checked again each time that it is posted to.
 * @param pointer where the URL stands in the request
 * @throws Refusal `rule`
 */
export async function refuseUnreachable(web: Web, url: string, pointer: string): Promise<void> {
  try {
    await web.check(url);
  } catch (refusal) {
    if (!(refusal instanceof Refusal)) throw refusal;
    const fields = [{ pointer, message: refusal.message }];
    throw new Refusal('rule', `the webhook cannot be used: ${refusal.message}`, { fields, cause: refusal });
  }
}
