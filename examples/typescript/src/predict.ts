// node dist/predict.js STORE [DISH…]: how much of each dish to prepare in the next week.

import { inferenceClient } from "./forecasts.js";

const [store, ...dishes] = process.argv.slice(2);
const inference = inferenceClient(process.env.INFERENCE_ADDRESS ?? "127.0.0.1:50051");

const answer = await inference.predict(
  {
    store,
    dishes,
    horizonDays: 7,
    quantiles: [0.1, 0.9],
    preparation: { case: "serviceLevel", value: 0.9 },
  },
  { timeoutMs: 5_000 },
);
for (const { dish, days } of answer.forecasts) {
  for (const { date, yhat, prepareQuantity, quantiles } of days) {
    const [low, high] = quantiles.map(({ value }) => value);
    console.log(JSON.stringify({ dish, date, yhat, low, high, prepare: prepareQuantity }));
  }
}
