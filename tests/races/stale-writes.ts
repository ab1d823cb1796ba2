import { Refusal } from '@lcm/core/domain/refusal.ts';

/** A client that tells of each write that was refused because somebody else has written, or holds the partition, by now. */
export function countingStale<T extends object>(client: T, onStale: () => void): T {
  return new Proxy(client, {
    get: (target, name) => {
      const member: unknown = Reflect.get(target, name);
      if (typeof member === 'object' && member !== null) return countingStale(member, onStale);
      if (typeof member !== 'function') return member;
      return async (...given: unknown[]) => {
        try {
          const answer: unknown = await Reflect.apply(member, target, given);
          for (const code of codesOf(answer)) if (isStale(code)) onStale();
          return answer;
        } catch (error) {
          if (error instanceof Refusal && isStale(error.code)) onStale();
          throw error;
        }
      };
    },
  });
}

const isStale = (code: unknown) => code === 'staleFence' || code === 'staleVersion';

/** A batch is answered item by item. */
function codesOf(answer: unknown): unknown[] {
  const { items }: { items?: unknown } = Object(answer);
  return Array.isArray(items) ? items.map((item: { code?: unknown }) => item.code) : [];
}
