// Clients of both services, an iteration over events that survives restarts, and errors with their details.

import { Code, ConnectError, createClient, type Client } from "@connectrpc/connect";
import { createGrpcTransport } from "@connectrpc/connect-node";
import { BadRequestSchema, ErrorInfoSchema } from "./gen/google/rpc/error_details_pb.js";
import { InferenceService } from "./gen/smartsuschef/forecast/v1/inference_pb.js";
import { TrainingService } from "./gen/smartsuschef/forecast/v1/training_pb.js";

/** A client of the inference service; `address` is such as "127.0.0.1:50051". */
export function inferenceClient(address: string): Client<typeof InferenceService> {
  return createClient(InferenceService, transport(address));
}

/** A client of the training service; `address` is such as "127.0.0.1:50052". */
export function trainingClient(address: string): Client<typeof TrainingService> {
  return createClient(TrainingService, transport(address));
}

/** The parts of an error that a program decides by. */
export interface Failure {
  code: string;
  /** Stable, in upper case, such as "UNKNOWN_DISH"; docs/reasons.md lists all of them. */
  reason: string;
  /** What the reason is about, such as the dish that is unknown. */
  metadata: Record<string, string>;
  message: string;
  /** Each wrong field of the request with what was expected. */
  violations: { field: string; description: string }[];
}

/** Reads the details that every error of both services carries. */
export function failureOf(error: unknown): Failure {
  const failed = ConnectError.from(error);
  const [info] = failed.findDetails(ErrorInfoSchema);
  const violations = failed.findDetails(BadRequestSchema).flatMap((details) => details.fieldViolations);
  return {
    code: Code[failed.code],
    reason: info?.reason ?? "",
    metadata: info?.metadata ?? {},
    message: failed.rawMessage,
    violations: violations.map(({ field, description }) => ({ field, description })),
  };
}

/**
 * The events of a stream, each once and in order, over as many connections as it takes.
 *
 * @param open opens the stream after a resume token, "" for the beginning.
 * @param isLast tells whether nothing follows an event.
 * @param patienceMs how long the service may be away before the iteration gives up.
 */
export async function* resumed<Event extends { resumeToken: string }>(
  open: (resumeToken: string) => AsyncIterable<Event>,
  isLast: (event: Event) => boolean,
  patienceMs = 60_000,
): AsyncGenerator<Event> {
  let token = "";
  let heardAt = Date.now();
  for (let pauseMs = 200; ; pauseMs = Math.min(pauseMs * 2, 5_000)) {
    try {
      for await (const event of open(token)) {
        token = event.resumeToken || token;
        heardAt = Date.now();
        pauseMs = 200;
        yield event;
        if (isLast(event)) return;
      }
    } catch (error) {
      const isOutage = ConnectError.from(error).code === Code.Unavailable;
      if (!isOutage || Date.now() - heardAt > patienceMs) throw error;
    }
    await new Promise((resolve) => setTimeout(resolve, pauseMs));
  }
}

function transport(address: string) {
  return createGrpcTransport({ baseUrl: `http://${address}`, pingIntervalMs: 60_000, pingIdleConnection: true });
}
