/** The rule as it is written with real libraries. */
import type { Story } from '../../kernel/story.ts';

export const settings: NonNullable<Story['settings']> = [
  {
    library: 'Ardalis.Specification', language: 'csharp',
    template: `public class Wanted : Specification<Data>
{
    public Wanted()
    {
        Query.Where(d => d.Value > 10)
             .Where(d => d.Algorithm == "blake3" || !(d.Age < 50))
             .OrderBy(d => d.Value)
             .Take({take}); // 0 here: all
    }
}
// selects: repository.ListAsync(new Wanted())   validates: new Wanted().IsSatisfiedBy(data)   in memory: new Wanted().Evaluate(list)
`,
    caveat: 'Specifications are not joined by And or Or, by design: with Include, OrderBy, Skip and Take in both it would not be clear what the whole means.',
  },
  {
    library: 'Spring Data JPA', language: 'java',
    template: `Specification<Data> a = (d, q, cb) -> cb.greaterThan(d.get("value"), 10);
Specification<Data> b = (d, q, cb) -> cb.equal(d.get("algorithm"), "blake3");
Specification<Data> c = (d, q, cb) -> cb.lessThan(d.get("age"), 50);
repository.findAll(a.and(b.or(Specification.not(c))), PageRequest.of(0, Math.max(1, {take})));
`,
    caveat: 'Always a query: three-valued. It cannot be asked about an object in memory.',
  },
  {
    library: 'Querydsl', language: 'java',
    template: `QData d = QData.data;
BooleanExpression wanted = d.value.gt(10).and(d.algorithm.eq("blake3").or(d.age.lt(50).not()));
query.selectFrom(d).where(wanted).fetch();               // the store
CollQueryFactory.from(d, list).where(wanted).fetch();    // in memory, the same predicate
`,
  },
  {
    library: 'PostgreSQL', language: 'sql',
    template: `-- The planner orders the conditions of a node by the cost of their functions.
CREATE FUNCTION score(data) RETURNS float8 LANGUAGE plpgsql STABLE COST 4000 AS $$ … $$;
-- Columns that go together: without this their selectivities are multiplied.
CREATE STATISTICS data_together (dependencies, mcv) ON value, age FROM data;
SELECT * FROM data WHERE value > 10 AND (algorithm = 'blake3' OR NOT (age < 50));
`,
    caveat: 'COST is in units of cpu_operator_cost (0.0025). A CHECK constraint is met by unknown as well as by true.',
  },
  {
    library: 'Elasticsearch', language: 'json',
    template: `{ "query": { "bool": {
  "filter": [{ "range": { "value": { "gt": 10 } } }],
  "should": [{ "term": { "algorithm": "blake3" } }, { "bool": { "must_not": { "range": { "age": { "lt": 50 } } } } }],
  "minimum_should_match": 1
} } }
`,
    caveat: 'A document without the field does not match, so must_not takes it: two values, unlike SQL.',
  },
];
