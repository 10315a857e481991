// Trains a store, follows the training to its end, and forecasts the next week.
//
//   dotnet run STORE COUNTRY SALES_FILE

using Google.Rpc;
using Grpc.Core;
using Grpc.Net.Client;
using SmartSusChef.Forecast.V1;

var (store, country, salesFile) = (args[0], args[1], args[2]);
var training = new TrainingService.TrainingServiceClient(Channel("TRAINING_ADDRESS", "127.0.0.1:50052"));
var inference = new InferenceService.InferenceServiceClient(Channel("INFERENCE_ADDRESS", "127.0.0.1:50051"));
try
{
    var started = await training.StartTrainingAsync(
        new StartTrainingRequest
        {
            Store = store,
            Location = new Location { Country = country },
            SalesDataSource = salesFile,
        },
        deadline: DateTime.UtcNow.AddSeconds(30));
    await Follow(training, started.Run);

    var request = new PredictRequest { Store = store, Quantiles = { 0.1, 0.9 }, ServiceLevel = 0.9 };
    var answer = await inference.PredictAsync(request, deadline: DateTime.UtcNow.AddSeconds(5));
    foreach (var forecast in answer.Forecasts)
    {
        foreach (var day in forecast.Days)
        {
            Console.WriteLine($"{forecast.Dish} {day.Date} {day.Yhat} {day.PrepareQuantity}");
        }
    }
    return 0;
}
catch (RpcException failure)
{
    Console.Error.WriteLine(Explained(failure));
    return 1;
}

// Prints every event of a run, and opens the stream again after the last event when the service is away.
static async Task Follow(TrainingService.TrainingServiceClient training, TrainingRun run)
{
    var token = "";
    for (var lastHeard = DateTime.UtcNow; ; await Task.Delay(TimeSpan.FromSeconds(1)))
    {
        try
        {
            var request = new WatchTrainingRequest { RunId = run.RunId, Store = run.Store, ResumeToken = token };
            using var events = training.WatchTraining(request);
            await foreach (var progress in events.ResponseStream.ReadAllAsync())
            {
                (token, lastHeard) = (progress.ResumeToken, DateTime.UtcNow);
                Console.WriteLine($"{progress.Sequence} {progress.State} {progress.Message}");
                if (progress.Kind == ProgressKind.Finished)
                {
                    return;
                }
            }
        }
        catch (RpcException failure) when (
            failure.StatusCode == StatusCode.Unavailable && DateTime.UtcNow - lastHeard < TimeSpan.FromMinutes(1))
        {
            // The service is away for a moment: the next turn opens the stream after the last event.
        }
    }
}

// Tells an error with its reason and every field that is wrong.
static string Explained(RpcException failure)
{
    var told = $"{failure.StatusCode}: {failure.Status.Detail}";
    var status = failure.GetRpcStatus();
    if (status?.GetDetail<ErrorInfo>() is { } info)
    {
        told += $"\nreason {info.Reason}";
    }
    foreach (var violation in status?.GetDetail<BadRequest>()?.FieldViolations ?? [])
    {
        told += $"\n{violation.Field}: {violation.Description}";
    }
    return told;
}

static GrpcChannel Channel(string variable, string otherwise) =>
    GrpcChannel.ForAddress($"http://{Environment.GetEnvironmentVariable(variable) ?? otherwise}");
