import type { IRegularForbiddenRuleType } from 'dependency-cruiser';

/** Tests and what only tests use: they may look further than the code beside them. */
const testCode = String.raw`(\.test|\.fixture)\.tsx?$|(^|/)fixtures?(\.ts$|/)|(^|/)test-[^/]*\.ts$`;
const services = '(control-plane-api|resource-scheduler|worker-controller|lablet-controller)';

/**
 * Which import is forbidden. The arrows run `cli → services → adapters → core`, the simulator stands beside the
 * services, and the page knows nothing but the contract. Paths are relative to the repository.
 */
export const forbidden: readonly IRegularForbiddenRuleType[] = [
  rule(
    'core-stands-alone',
    'core imports nothing of ours; move it into core, or behind an interface of core/spi',
    {
      from: { path: '^src/core/', pathNot: testCode },
      to: { path: '^src/(?!core/)' },
    },
  ),
  rule(
    'core-tests-reach-adapters-at-most',
    "a test of core may use the adapters' memory engines and clocks",
    {
      from: { path: `^src/core/.*(${testCode})` },
      to: { path: '^src/(?!core/|adapters/)' },
    },
  ),
  rule(
    'core-touches-no-machine',
    'core has no network, no disk and no process: take an interface of core/spi',
    {
      from: { path: '^src/core/', pathNot: testCode },
      to: { dependencyTypes: ['core'] },
    },
  ),
  rule('pure-core-takes-spi-as-types', 'this part of core is pure: import spi with `import type` only', {
    from: { path: '^src/core/(domain|api|placement|pipeline|content|grading|topology)/', pathNot: testCode },
    to: { path: '^src/core/spi/', dependencyTypesNot: ['type-only'] },
  }),
  rule('adapters-know-core-only', 'an adapter implements core/spi and knows nothing above it', {
    from: { path: '^src/adapters/', pathNot: testCode },
    to: { path: '^src/(?!adapters/|core/)' },
  }),
  rule('adapter-tests-reach-the-simulator-at-most', 'an adapter may be tried against the simulator', {
    from: { path: `^src/adapters/.*(${testCode})` },
    to: { path: '^src/(?!adapters/|core/|simulator/)' },
  }),
  rule('a-service-knows-no-other-service', 'services meet over HTTP and the state bus', {
    from: { path: `^src/${services}/`, pathNot: testCode },
    to: { path: '^src/', pathNot: '^src/($1|adapters|core)/' },
  }),
  rule(
    'service-tests-reach-fixtures-at-most',
    "a service's test may use the simulator and its siblings' fixtures",
    {
      from: { path: `^src/${services}/.*(${testCode})` },
      to: { path: '^src/', pathNot: `^src/($1|adapters|core|simulator)/|${testCode}` },
    },
  ),
  rule('simulator-knows-adapters-and-core', 'the simulator plays the outside world and knows no service', {
    from: { path: '^src/simulator/' },
    to: { path: '^src/(?!simulator/|adapters/|core/)' },
  }),
  rule('the-page-knows-the-contract-only', 'the page imports core/api and nothing else of ours', {
    from: { path: '^src/ui/' },
    to: { path: '^src/(?!ui/|core/api/)' },
  }),
  rule('nothing-imports-cli-or-page', 'cli composes and the page is built: nobody imports them', {
    from: { path: '^src/', pathNot: '^src/(cli|ui)/' },
    to: { path: '^src/(cli|ui)/' },
  }),
  rule('cli-does-not-import-the-page', 'the page is served from its build', {
    from: { path: '^src/cli/' },
    to: { path: '^src/ui/' },
  }),
  rule('code-does-not-import-tests', 'what a test needs is not part of the product', {
    from: { path: '^src/', pathNot: testCode },
    to: { path: `^src/.*(${testCode})|^(tests|scripts)/` },
  }),
  rule('no-circles', 'two modules that need each other are one module, or three', {
    from: {},
    to: { circular: true },
  }),
  rule('everything-resolves', 'no such file or package', {
    from: {},
    to: { couldNotResolve: true },
  }),
];

function rule(
  name: string,
  comment: string,
  ends: Pick<IRegularForbiddenRuleType, 'from' | 'to'>,
): IRegularForbiddenRuleType {
  return { name, comment, severity: 'error', ...ends };
}
