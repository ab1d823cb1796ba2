/** What a number is to reach: its own value, or its ratio to what was measured beside it. */
export interface Goal {
  of: 'value' | 'ratio';
  bound: 'atLeast' | 'atMost';
  amount: number;
}

/** The requirements in numbers. What has none is only kept an eye on. */
export const goals: Readonly<Record<string, Goal>> = {
  'placement-decisions-1000w': { of: 'value', bound: 'atLeast', amount: 10_000 },
  'placement-decisions-own-windows-1000w': { of: 'value', bound: 'atLeast', amount: 10_000 },
  'placement-decisions-5000w': { of: 'value', bound: 'atLeast', amount: 3_333 },
  'placement-decisions-own-windows-5000w': { of: 'value', bound: 'atLeast', amount: 3_333 },
  'placement-end-to-end': { of: 'value', bound: 'atLeast', amount: 700 },
  'booking-http': { of: 'ratio', bound: 'atLeast', amount: 0.6 },
  'booking-guarded-p50': { of: 'ratio', bound: 'atMost', amount: 1.15 },
  'watch-latency-p99': { of: 'value', bound: 'atMost', amount: 20 },
  'sse-fanout-p99': { of: 'value', bound: 'atMost', amount: 250 },
  'sse-connect-1000': { of: 'value', bound: 'atMost', amount: 1_000 },
  'pipeline-overhead-p50': { of: 'value', bound: 'atMost', amount: 250 },
  'cold-start': { of: 'value', bound: 'atMost', amount: 1_500 },
  'list-growth': { of: 'ratio', bound: 'atMost', amount: 1.5 },
  'get-growth': { of: 'ratio', bound: 'atMost', amount: 1.5 },
  'memory-idle': { of: 'value', bound: 'atMost', amount: 250 },
  'memory-busy': { of: 'value', bound: 'atMost', amount: 500 },
};
