import { expect, test } from './fixtures.ts';

test('the page shows its heading', async ({ page }) => {
  await page.goto('./');
  await expect(page.getByRole('heading', { level: 1, name: 'Patternscope' })).toBeVisible();
});
