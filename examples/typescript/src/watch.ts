// node dist/watch.js [STORE…]: prints which versions are live, then every change, until it is stopped.

import { inferenceClient, resumed } from "./forecasts.js";
import { ModelState } from "./gen/smartsuschef/forecast/v1/inference_pb.js";

const stores = process.argv.slice(2);
const inference = inferenceClient(process.env.INFERENCE_ADDRESS ?? "127.0.0.1:50051");

const events = resumed(
  (resumeToken) => inference.watchModels({ stores, resumeToken }),
  () => false,
);
for await (const { payload } of events) {
  if (payload.case === "snapshot") {
    const live = payload.value.live.map(({ store, version }) => ({ store, version }));
    console.log(JSON.stringify({ live, reset: payload.value.reset }));
  } else if (payload.case === "change") {
    const { store, version, state } = payload.value;
    console.log(JSON.stringify({ store, version, state: ModelState[state] }));
  }
}
