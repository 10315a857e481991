// Trains a store, follows the training to its end, and forecasts the next week.
//
//	go run . STORE COUNTRY SALES_FILE
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log"
	"os"
	"time"

	"google.golang.org/genproto/googleapis/rpc/errdetails"
	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"

	forecastv1 "github.com/smartsuschef/forecast/gen/forecast/v1"
)

func main() {
	store, country, salesFile := os.Args[1], os.Args[2], os.Args[3]
	training := forecastv1.NewTrainingServiceClient(dial("TRAINING_ADDRESS", "127.0.0.1:50052"))
	inference := forecastv1.NewInferenceServiceClient(dial("INFERENCE_ADDRESS", "127.0.0.1:50051"))

	started, err := training.StartTraining(deadline(30*time.Second), &forecastv1.StartTrainingRequest{
		Store:           store,
		Place:           &forecastv1.StartTrainingRequest_Location{Location: &forecastv1.Location{Country: country}},
		SalesDataSource: salesFile,
	})
	if err != nil {
		log.Fatal(explained(err))
	}
	if err := follow(training, started.Run); err != nil {
		log.Fatal(explained(err))
	}

	answer, err := inference.Predict(deadline(5*time.Second), &forecastv1.PredictRequest{
		Store:       store,
		Quantiles:   []float64{0.1, 0.9},
		Preparation: &forecastv1.PredictRequest_ServiceLevel{ServiceLevel: 0.9},
	})
	if err != nil {
		log.Fatal(explained(err))
	}
	for _, forecast := range answer.Forecasts {
		for _, day := range forecast.Days {
			fmt.Println(forecast.Dish, day.Date, day.Yhat, day.GetPrepareQuantity())
		}
	}
}

// follow prints every event of a run, and opens the stream again after the last event when the service is away.
func follow(training forecastv1.TrainingServiceClient, run *forecastv1.TrainingRun) error {
	token := ""
	for lastHeard := time.Now(); ; time.Sleep(time.Second) {
		events, err := training.WatchTraining(context.Background(), &forecastv1.WatchTrainingRequest{
			RunId: run.RunId, Store: run.Store, ResumeToken: token,
		})
		for err == nil {
			var event *forecastv1.TrainingProgress
			if event, err = events.Recv(); err != nil {
				break
			}
			token, lastHeard = event.ResumeToken, time.Now()
			fmt.Println(event.Sequence, event.State, event.Message)
			if event.Kind == forecastv1.ProgressKind_PROGRESS_KIND_FINISHED {
				return nil
			}
		}
		isOutage := errors.Is(err, io.EOF) || status.Code(err) == codes.Unavailable
		if !isOutage || time.Since(lastHeard) > time.Minute {
			return err
		}
	}
}

// explained tells an error with its reason and every field that is wrong.
func explained(err error) string {
	failed := status.Convert(err)
	told := fmt.Sprintf("%s: %s", failed.Code(), failed.Message())
	for _, detail := range failed.Details() {
		switch detail := detail.(type) {
		case *errdetails.ErrorInfo:
			told += fmt.Sprintf("\nreason %s %v", detail.Reason, detail.Metadata)
		case *errdetails.BadRequest:
			for _, violation := range detail.FieldViolations {
				told += fmt.Sprintf("\n%s: %s", violation.Field, violation.Description)
			}
		}
	}
	return told
}

func deadline(limit time.Duration) context.Context {
	ctx, cancel := context.WithTimeout(context.Background(), limit)
	time.AfterFunc(limit, cancel)
	return ctx
}

func dial(variable, otherwise string) *grpc.ClientConn {
	address := os.Getenv(variable)
	if address == "" {
		address = otherwise
	}
	connection, err := grpc.Dial(address, grpc.WithInsecure())
	if err != nil {
		log.Fatal(err)
	}
	return connection
}
