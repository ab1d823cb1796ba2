import type { Fence } from '../domain/fence.ts';

/** The header that goes with every internal write: `<controller>/<partition>/<token>`. */
export function fenceHeader(fence: Fence): { 'x-lcm-fence': string } {
  return { 'x-lcm-fence': `${fence.controller}/${fence.partition}/${fence.token}` };
}
