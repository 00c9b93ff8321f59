import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { minimise } from './document-minimal.ts';
import { documentSchema, SCHEMA_FILE, schemaText } from './schema.ts';
import { anyDocument } from '../../test/fuzz/arbitrary.ts';
import { breakerStories as stories } from '../../test/fuzz/fixture.ts';
import { schemaErrors } from '../../test/fuzz/jsonSchema.ts';
import { validateDocument } from './validate.ts';

describe('the published JSON Schema', () => {
  it('is what the shapes say (write it anew with: npx vitest run src/runs/schema.test.ts -u)', async () => {
    await expect(schemaText()).toMatchFileSnapshot(`../../public/${SCHEMA_FILE}`);
  });

  it('accepts every legal document, in full and in its minimal form', () => {
    fc.assert(fc.property(anyDocument(stories), (document) => {
      expect(schemaErrors(documentSchema, JSON.parse(JSON.stringify(document)))).toEqual([]);
      expect(schemaErrors(documentSchema, JSON.parse(JSON.stringify(minimise(document, stories))))).toEqual([]);
    }), { numRuns: 1000 });
  });

  it('refuses what the validator refuses for its form', () => {
    const good = { version: 1, pattern: 'circuit-breaker' };
    const wrong: Record<string, unknown>[] = [
      { version: 2 }, { version: '1' }, { pattern: 7 }, { seed: 1.5 }, { seed: -1 }, { seed: 4_294_967_296 }, { durationMs: 0 }, { durationMs: 86_400_001 }, { unknown: 1 }, { params: [] }, { params: { breaker: 1 } },
      { faults: {} }, { faults: [{ kind: 'meteor', fromMs: 0 }] }, { faults: [{ kind: 'crash', fromMs: 0 }] }, { faults: [{ kind: 'errors', fromMs: 0, node: 'payments', ratio: 1.1 }] },
      { faults: [{ kind: 'slow', fromMs: 0, node: 'payments', factor: 0 }] }, { faults: [{ kind: 'pause', fromMs: 0, node: 'payments', untilMs: 0 }] }, { faults: [{ kind: 'crash', fromMs: 0, node: 'payments', extra: 1 }] },
      { faults: Array.from({ length: 201 }, () => ({ kind: 'pause', fromMs: 0, node: 'payments' })) }, { interventions: [{ kind: 'control', atMs: 0, layer: 'breaker' }] }, { breakpoints: [{ kind: 'metric', metric: 'x', is: 'near', value: 1 }] },
      { stacks: { gateway: [{ id: '1st', engine: 'service' }] } }, { stacks: { gateway: [{ id: 'x' }] } }, { links: { 'users>gateway': 5 } },
    ];
    for (const part of wrong) {
      const document = { ...good, ...part };
      expect(schemaErrors(documentSchema, document), JSON.stringify(part)).not.toEqual([]);
      expect(validateDocument(document, stories).problems, JSON.stringify(part)).not.toEqual([]);
    }
    expect(schemaErrors(documentSchema, good)).toEqual([]);
    expect(validateDocument({ ...good, $schema: 'run-document.v1.json' }, stories).problems).toEqual([]);
  });
});
