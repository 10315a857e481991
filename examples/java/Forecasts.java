import com.google.protobuf.Any;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.rpc.BadRequest;
import com.google.rpc.ErrorInfo;
import com.smartsuschef.forecast.v1.DayForecast;
import com.smartsuschef.forecast.v1.DishForecast;
import com.smartsuschef.forecast.v1.InferenceServiceGrpc;
import com.smartsuschef.forecast.v1.Location;
import com.smartsuschef.forecast.v1.PredictRequest;
import com.smartsuschef.forecast.v1.PredictResponse;
import com.smartsuschef.forecast.v1.ProgressKind;
import com.smartsuschef.forecast.v1.StartTrainingRequest;
import com.smartsuschef.forecast.v1.TrainingProgress;
import com.smartsuschef.forecast.v1.TrainingRun;
import com.smartsuschef.forecast.v1.TrainingServiceGrpc;
import com.smartsuschef.forecast.v1.WatchTrainingRequest;
import io.grpc.ManagedChannel;
import io.grpc.ManagedChannelBuilder;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.protobuf.StatusProto;
import java.time.Duration;
import java.time.Instant;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * Trains a store, follows the training to its end, and forecasts the next week.
 *
 * <pre>java Forecasts STORE COUNTRY SALES_FILE</pre>
 */
public final class Forecasts {

  private static final Duration PATIENCE = Duration.ofMinutes(1);

  public static void main(String[] arguments) throws Exception {
    ManagedChannel training = channel("TRAINING_ADDRESS", "127.0.0.1:50052");
    ManagedChannel inference = channel("INFERENCE_ADDRESS", "127.0.0.1:50051");
    try {
      follow(training, start(training, arguments[0], arguments[1], arguments[2]));
      forecast(inference, arguments[0]);
    } catch (StatusRuntimeException failure) {
      System.err.println(explained(failure));
      System.exit(1);
    } finally {
      training.shutdownNow();
      inference.shutdownNow();
    }
  }

  private static TrainingRun start(ManagedChannel channel, String store, String country, String salesFile) {
    StartTrainingRequest request =
        StartTrainingRequest.newBuilder()
            .setStore(store)
            .setLocation(Location.newBuilder().setCountry(country))
            .setSalesDataSource(salesFile)
            .build();
    return TrainingServiceGrpc.newBlockingStub(channel)
        .withDeadlineAfter(30, TimeUnit.SECONDS)
        .startTraining(request)
        .getRun();
  }

  /** Prints every event of a run, and opens the stream again after the last event when the service is away. */
  private static void follow(ManagedChannel channel, TrainingRun run) throws InterruptedException {
    String token = "";
    Instant lastHeard = Instant.now();
    while (true) {
      try {
        WatchTrainingRequest request =
            WatchTrainingRequest.newBuilder()
                .setRunId(run.getRunId())
                .setStore(run.getStore())
                .setResumeToken(token)
                .build();
        Iterator<TrainingProgress> events = TrainingServiceGrpc.newBlockingStub(channel).watchTraining(request);
        while (events.hasNext()) {
          TrainingProgress event = events.next();
          token = event.getResumeToken();
          lastHeard = Instant.now();
          System.out.println(event.getSequence() + " " + event.getState() + " " + event.getMessage());
          if (event.getKind() == ProgressKind.PROGRESS_KIND_FINISHED) {
            return;
          }
        }
      } catch (StatusRuntimeException failure) {
        boolean isOutage = failure.getStatus().getCode() == Status.Code.UNAVAILABLE;
        if (!isOutage || Duration.between(lastHeard, Instant.now()).compareTo(PATIENCE) > 0) {
          throw failure;
        }
      }
      Thread.sleep(1000);
    }
  }

  private static void forecast(ManagedChannel channel, String store) {
    PredictRequest request =
        PredictRequest.newBuilder()
            .setStore(store)
            .addAllQuantiles(List.of(0.1, 0.9))
            .setServiceLevel(0.9)
            .build();
    PredictResponse answer =
        InferenceServiceGrpc.newBlockingStub(channel).withDeadlineAfter(5, TimeUnit.SECONDS).predict(request);
    for (DishForecast dish : answer.getForecastsList()) {
      for (DayForecast day : dish.getDaysList()) {
        System.out.println(
            dish.getDish() + " " + day.getDate() + " " + day.getYhat() + " " + day.getPrepareQuantity());
      }
    }
  }

  /** Tells an error with its reason and every field that is wrong. */
  private static String explained(StatusRuntimeException failure) throws InvalidProtocolBufferException {
    StringBuilder told = new StringBuilder(failure.getMessage());
    com.google.rpc.Status status = StatusProto.fromThrowable(failure);
    for (Any detail : status == null ? List.<Any>of() : status.getDetailsList()) {
      if (detail.is(ErrorInfo.class)) {
        told.append("\nreason ").append(detail.unpack(ErrorInfo.class).getReason());
      } else if (detail.is(BadRequest.class)) {
        for (BadRequest.FieldViolation violation : detail.unpack(BadRequest.class).getFieldViolationsList()) {
          told.append("\n").append(violation.getField()).append(": ").append(violation.getDescription());
        }
      }
    }
    return told.toString();
  }

  private static ManagedChannel channel(String variable, String otherwise) {
    String address = System.getenv().getOrDefault(variable, otherwise);
    return ManagedChannelBuilder.forTarget(address).usePlaintext().build();
  }
}
