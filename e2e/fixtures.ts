import { expect, test as base } from '@playwright/test';

interface Fixtures {
  /** Errors that a test provokes on purpose: `test.use({ expectedErrors: [/lost its worker/] })`. */
  expectedErrors: RegExp[];
  noErrors: void;
}

/** Playwright's test, which also fails when any page of the test logs an error or throws one that nobody catches. */
export const test = base.extend<Fixtures>({
  expectedErrors: [[], { option: true }],
  noErrors: [
    async ({ context, expectedErrors }, use) => {
      const errors: string[] = [];
      context.on('console', (message) => {
        if (message.type() === 'error') errors.push(`console: ${message.text()} (${message.location().url})`);
      });
      context.on('weberror', (thrown) => errors.push(`thrown: ${thrown.error().stack ?? thrown.error().message}`));
      await use();
      const unexpected = errors.filter((error) => !expectedErrors.some((expected) => expected.test(error)));
      expect(unexpected, 'the page reported errors').toEqual([]);
    },
    { auto: true },
  ],
});

export { expect };
