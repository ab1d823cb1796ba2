import type { LogReader } from '../event-log/log-reader.ts';
import type { Services } from '../services.ts';
import { followForAudit } from './reader.ts';
import { keepSealing } from './sealing.ts';

/** What the audit does in the background; nothing where there is none. */
export function startAudit(services: Services): {
  readers: Record<string, LogReader>;
  stop(): Promise<void>;
} {
  const { audit, settings } = services;
  if (!audit) return { readers: {}, stop: async () => {} };
  const reader = followForAudit(services, audit);
  const retentionMonths = async () => (await settings.get()).auditRetentionMonths;
  const stopSealing = keepSealing(audit.books, { ...services, retentionMonths });
  return {
    readers: { audit: reader },
    stop: async () => {
      await reader.stop();
      audit.stop();
      await stopSealing();
    },
  };
}
