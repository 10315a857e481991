// node dist/train.js STORE COUNTRY SALES_FILE: starts a training and prints its events until its end.

import { resumed, trainingClient } from "./forecasts.js";
import { ProgressKind, RunState } from "./gen/smartsuschef/forecast/v1/training_pb.js";

const [store, country, salesDataSource] = process.argv.slice(2);
const training = trainingClient(process.env.TRAINING_ADDRESS ?? "127.0.0.1:50052");

const { run } = await training.startTraining(
  { store, place: { case: "location", value: { country } }, salesDataSource, requestId: `example-${process.pid}` },
  { timeoutMs: 30_000 },
);
const events = resumed(
  (resumeToken) => training.watchTraining({ runId: run!.runId, store, resumeToken }),
  (event) => event.kind === ProgressKind.FINISHED,
);
for await (const event of events) {
  console.log(
    JSON.stringify({ sequence: event.sequence, state: RunState[event.state], dish: event.dish, message: event.message }),
  );
  if (event.payload.case === "result") {
    console.log(JSON.stringify({ version: event.payload.value.version, published: event.payload.value.published }));
  }
}
