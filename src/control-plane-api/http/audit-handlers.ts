import type { audit } from '@lcm/core/api/audit.ts';
import { Refusal } from '@lcm/core/domain/refusal.ts';
import { namesMeant } from '../audit/personal-fields.ts';
import { searchAudit } from '../audit/search.ts';
import type { AuditBooks } from '../audit/trail.ts';
import { verify } from '../audit/verify.ts';
import type { Services } from '../services.ts';
import type { Handlers } from './handler.ts';

/** Operations on the audit; see core/api/audit.ts. */
export function auditHandlers(services: Services): Handlers<typeof audit> {
  return {
    list: ({ query }) => searchAudit(booksOf(services), query),
    verify: () => {
      const { log, keys } = booksOf(services);
      return verify(log, keys);
    },
    seals: async () => {
      const seals = await booksOf(services).log.seals();
      const items = seals.map(({ proof: _, dropped, ...seal }) => ({
        ...seal,
        ...(dropped ? { droppedAt: dropped.at } : {}),
      }));
      return { items };
    },
    erase: async ({ params: { id } }) => {
      const { keys } = booksOf(services);
      let persons = 0;
      for (const name of namesMeant(id)) persons += await keys.forget(name);
      if (persons === 0) throw new Refusal('notFound', 'nobody is known to the audit under that name');
      return { persons };
    },
  };
}

/** @throws Refusal `unavailable` where nothing is audited */
export function booksOf({ audit }: Pick<Services, 'audit'>): AuditBooks {
  if (audit) return audit.books;
  throw new Refusal('unavailable', 'this control plane was started without an audit');
}
