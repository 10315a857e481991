// node dist/errors.js STORE: what wrong requests, a deadline and a call that is taken back end with.

import { failureOf, inferenceClient } from "./forecasts.js";

const [store] = process.argv.slice(2);
const inference = inferenceClient(process.env.INFERENCE_ADDRESS ?? "127.0.0.1:50051");

async function tell(call: Promise<unknown>): Promise<void> {
  try {
    await call;
    console.log(JSON.stringify({ code: "Ok" }));
  } catch (error) {
    console.log(JSON.stringify(failureOf(error)));
  }
}

await tell(inference.predict({ store, horizonDays: 99, startDate: "soon" }));
await tell(inference.predict({ store, dishes: ["No such dish"] }));
await tell(inference.predict({ store }, { timeoutMs: 0.001 }));

const taken = new AbortController();
const call = inference.predict({ store }, { signal: taken.signal });
taken.abort();
await tell(call);
