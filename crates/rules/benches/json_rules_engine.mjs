// The same rules in json-rules-engine: json_rules_engine.mjs PACKAGES RULES.json SAMPLE.json; prints one JSON object as peers.py does.
//
// A row engine of its own kind: one engine holds all rules, one `run` an enterprise; ratios are an operator of ours.
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';

const [packages, rulesFile, sampleFile] = process.argv.slice(2);
const { Engine } = createRequire(join(packages, 'package.json'))('json-rules-engine');
const rules = JSON.parse(readFileSync(rulesFile, 'utf8'));
const sample = JSON.parse(readFileSync(sampleFile, 'utf8'));

const engine = new Engine([], { allowUndefinedFacts: true });
engine.addOperator('atLeastShare', ([part, whole], percent) => part !== null && part * 100 >= whole * percent);
const pair = (part) => async (params, almanac) => [await almanac.factValue(part), await almanac.factValue('rev')];
engine.addFact('rdShare', pair('rd'));
engine.addFact('taxShare', pair('tax'));
const at = (fact, operator, value) => ({ fact, operator, value });
rules.forEach((rule, place) => engine.addRule({
  conditions: {
    all: [
      at('emp', 'greaterThanInclusive', rule.emp),
      at('rev', 'greaterThanInclusive', rule.rev),
      { any: [at('rdShare', 'atLeastShare', rule.rdpct), at('pat', 'greaterThanInclusive', rule.pat)] },
      { any: [at('age', 'lessThanInclusive', rule.age), at('taxShare', 'atLeastShare', rule.taxpct)] },
      at('ind', 'in', rule.ind),
    ],
  },
  event: { type: String(place) },
}));
const counts = rules.map(() => 0);
const started = process.hrtime.bigint();
for (const enterprise of sample) {
  const { events } = await engine.run(enterprise);
  for (const event of events) counts[Number(event.type)] += 1;
}
const seconds = Number(process.hrtime.bigint() - started) / 1e9;

// The size classes of 2017 as a cascade, the first that holds; else micro.
const classes = [['large', 1000, 400_000_000], ['medium', 300, 20_000_000], ['small', 20, 3_000_000]];
const size = new Engine([], { allowUndefinedFacts: true });
classes.forEach(([type, emp, rev], place) => size.addRule({
  priority: 10 - place,
  conditions: { all: [at('emp', 'greaterThanInclusive', emp), at('rev', 'greaterThanInclusive', rev)] },
  event: { type },
}));
const asked = async (facts) => {
  const { events } = await size.run(facts);
  const found = new Set(events.map((event) => event.type));
  return classes.map(([type]) => type).find((type) => found.has(type)) ?? 'micro';
};
const answers = [await asked({ emp: 1000, rev: 399_999_990 }), await asked({ rev: 500_000_000 }), await asked({ rev: 1_200_000 })];
console.log(JSON.stringify({ run: [seconds], rows: sample.length, counts, answers }));
