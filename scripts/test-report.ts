import type { Reporter, TestCase, TestModule } from 'vitest/node';

/**
 * Names every skipped test and its reason after Vitest's own summary, and closes with one plain line of counts.
 * With CI=true a skip fails the run: there, everything that a test needs is prepared first.
 */
export function testReport(): Reporter {
  return {
    onTestRunEnd(modules, errors) {
      const passed = inState(modules, 'passed').length;
      // A file that could not be loaded has no test that could fail, nor has an error outside every test.
      const broken = modules.filter(
        (one) => one.state() === 'failed' && inState([one], 'failed').length === 0,
      );
      const failed = inState(modules, 'failed').length + broken.length + errors.length;
      const skipped = inState(modules, 'skipped');
      const refused = process.env['CI'] === 'true' && skipped.length > 0;
      process.once('exit', () => {
        for (const test of skipped) console.log(`skipped: ${describe(test)}`);
        if (refused)
          console.log('A skipped test is a failure with CI=true; `make services` prepares what is needed.');
        console.log(`${passed} passed, ${failed} failed, ${skipped.length} skipped`);
        if (refused && !process.exitCode) process.exitCode = 1;
      });
    },
  };
}

function inState(modules: readonly TestModule[], state: 'passed' | 'failed' | 'skipped'): TestCase[] {
  return modules.flatMap((module) => [...module.children.allTests(state)]);
}

function describe(test: TestCase): string {
  const result = test.result();
  const note = result.state === 'skipped' && result.note ? `: ${result.note}` : '';
  return `${test.module.relativeModuleId} > ${test.fullName}${note}`;
}
