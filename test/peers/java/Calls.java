import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.mlflow.api.proto.ModelRegistry.ModelVersion;
import org.mlflow.api.proto.Service.CreateExperiment;
import org.mlflow.api.proto.Service.CreateRun;
import org.mlflow.api.proto.Service.Experiment;
import org.mlflow.api.proto.Service.ExperimentTag;
import org.mlflow.api.proto.Service.FileInfo;
import org.mlflow.api.proto.Service.Metric;
import org.mlflow.api.proto.Service.Param;
import org.mlflow.api.proto.Service.Run;
import org.mlflow.api.proto.Service.RunInfo;
import org.mlflow.api.proto.Service.RunStatus;
import org.mlflow.api.proto.Service.RunTag;
import org.mlflow.api.proto.Service.ViewType;
import org.mlflow.tracking.ActiveRun;
import org.mlflow.tracking.ExperimentsPage;
import org.mlflow.tracking.MlflowClient;
import org.mlflow.tracking.MlflowContext;
import org.mlflow.tracking.ModelVersionsPage;
import org.mlflow.tracking.RunsPage;

/** Every call of MLflow's Java client once, each with what came back in a line: two servers that are alike say the same. */
public class Calls {
  static final Map<String, String> names = new LinkedHashMap<>();
  static final Pattern refusal = Pattern.compile("statusCode=(\\d+).*?\"error_code\": ?\"([A-Z_]+)", Pattern.DOTALL);

  public static void main(String[] args) throws Exception {
    try (MlflowClient client = new MlflowClient(args[0])) {
      Path folder = Path.of(args[1]);
      String experiment = experiments(client);
      runs(client, experiment);
      artifacts(client, experiment, folder);
      pages(client, experiment);
      context(client);
      models(client, experiment);
      refusals(client);
    }
  }

  static String experiments(MlflowClient client) {
    String id = client.createExperiment("java/one");
    String other = client.createExperiment(CreateExperiment.newBuilder().setName("java/two")
        .addTags(ExperimentTag.newBuilder().setKey("team").setValue("blue")).build());
    client.setExperimentTag(id, "mlflow.note.content", "**written** by Java");
    say("experiment", told(client.getExperiment(id)));
    say("by name", client.getExperimentByName("java/two").map(Calls::told));
    say("by no name", client.getExperimentByName("java/none"));
    client.renameExperiment(other, "java/renamed");
    say("renamed", told(client.getExperiment(other)));
    client.deleteExperiment(other);
    say("deleted", told(client.getExperiment(other)));
    client.restoreExperiment(other);
    say("restored", told(client.getExperiment(other)));
    say("search", told(client.searchExperiments("name LIKE 'java/%'")));
    say("ordered", told(client.searchExperiments("", ViewType.ALL, 10, List.of("name DESC"))));
    ExperimentsPage first = client.searchExperiments("", ViewType.ACTIVE_ONLY, 1, List.of("name ASC"));
    say("first of pages", told(first), first.hasNextPage());
    say("next of pages", told((ExperimentsPage) first.getNextPage()));
    return id;
  }

  static void runs(MlflowClient client, String experiment) {
    RunInfo plain = client.createRun(experiment);
    name("plain run", plain.getRunId());
    String id = name("run", client.createRun(CreateRun.newBuilder().setExperimentId(experiment).setStartTime(1000)
        .setRunName("first").setUserId("ada").addTags(tag("mlflow.source.name", "Train.java")).build()).getRunId());
    client.logParam(id, "rate", "0.1");
    client.logMetric(id, "loss", 2.5);
    client.logMetric(id, "score", 0.25, 1234, 7);
    client.logMetric(id, "endless", Double.POSITIVE_INFINITY, 1234, 0);
    client.logMetric(id, "unknown", Double.NaN, 1234, 0);
    client.setTag(id, "team", "blue");
    client.setTag(id, "gone", "soon");
    client.deleteTag(id, "gone");
    client.logBatch(id,
        List.of(metric("score", 0.5, 2000, 8), metric("score", 0.75, 3000, 9), metric("score", -1e-9, 2500, -3)),
        List.of(param("depth", "7"), param("empty", "")),
        List.of(tag("ünï", "cödé ✓")));
    say("run", told(client.getRun(id)));
    say("history", client.getMetricHistory(id, "score").stream().map(Calls::told).collect(Collectors.toList()));
    say("no history", client.getMetricHistory(id, "none"));
    client.setTerminated(id, RunStatus.FAILED, 5000);
    say("failed", told(client.getRun(id)));
    client.setTerminated(plain.getRunId());
    say("finished", client.getRun(plain.getRunId()).getInfo().getStatus());
    client.deleteRun(plain.getRunId());
    say("deleted", client.getRun(plain.getRunId()).getInfo().getLifecycleStage());
    say("listed", ids(client.listRunInfos(experiment)));
    say("deleted only", ids(client.searchRuns(List.of(experiment), "", ViewType.DELETED_ONLY)));
    client.restoreRun(plain.getRunId());
    say("restored", client.getRun(plain.getRunId()).getInfo().getLifecycleStage());
    say("filtered", ids(client.searchRuns(List.of(experiment), "metrics.score > 0.7 and params.rate = '0.1'")));
    say("nothing", ids(client.searchRuns(List.of(experiment), "tags.team = 'red'")));
  }

  /** Files go through a Python process for each call, as this client has them go. */
  static void artifacts(MlflowClient client, String experiment, Path folder) throws Exception {
    String id = name("with files", client.createRun(experiment).getRunId());
    Path note = Files.writeString(folder.resolve("a note ü.txt"), "a note");
    Files.createDirectories(folder.resolve("many/deep"));
    Files.writeString(folder.resolve("many/deep/a.txt"), "a");
    Files.writeString(folder.resolve("many/b.txt"), "bb");
    client.logArtifact(id, note.toFile(), "in a folder");
    client.logArtifacts(id, folder.resolve("many").toFile());
    say("files", files(client.listArtifacts(id)));
    say("files of a folder", files(client.listArtifacts(id, "in a folder")));
    say("one file", Files.readString(client.downloadArtifacts(id, "in a folder/a note ü.txt").toPath()));
    say("everything", tree(client.downloadArtifacts(id)));
  }

  static void pages(MlflowClient client, String experiment) {
    for (int at = 0; at < 5; at++) {
      String id = name("page run " + at, client.createRun(experiment).getRunId());
      client.logMetric(id, "place", at);
    }
    RunsPage page = client.searchRuns(List.of(experiment), "metrics.place >= 0", ViewType.ACTIVE_ONLY, 2,
        List.of("metrics.place DESC"));
    say("page", page.getPageSize(), places(page), page.hasNextPage());
    while (page.hasNextPage()) {
      page = (RunsPage) page.getNextPage();
      say("page", places(page), page.hasNextPage());
    }
  }

  static void context(MlflowClient client) {
    client.createExperiment("java/context");
    MlflowContext context = new MlflowContext(client);
    context.setExperimentName("java/context");
    ActiveRun parent = context.startRun("parent");
    name("parent", parent.getId());
    ActiveRun child = context.startRun("child", parent.getId());
    name("child", child.getId());
    child.logParams(new LinkedHashMap<>(Map.of("a", "1")));
    child.logMetrics(new LinkedHashMap<>(Map.of("m", 1.5)), 3);
    child.setTags(Map.of("kind", "nested"));
    child.endRun();
    parent.endRun(RunStatus.KILLED);
    say("parent", told(client.getRun(parent.getId())));
    say("child", told(client.getRun(child.getId())));
    context.withActiveRun("within", run -> run.logMetric("n", 2));
    say("of context", client.searchRuns(List.of(context.getExperimentId()), "").size());
  }

  static void models(MlflowClient client, String experiment) throws Exception {
    String run = name("model run", client.createRun(experiment).getRunId());
    File model = Files.writeString(Files.createTempDirectory("model").resolve("MLmodel"), "flavors: {}\n").toFile();
    client.logArtifact(run, model, "model");
    client.sendPost("registered-models/create", "{\"name\": \"java-model\", \"description\": \"by Java\"}");
    String source = client.getRun(run).getInfo().getArtifactUri() + "/model";
    for (int at = 0; at < 2; at++)
      client.sendPost("model-versions/create",
          "{\"name\": \"java-model\", \"source\": \"" + source + "\", \"run_id\": \"" + run + "\"}");
    client.sendPost("model-versions/transition-stage",
        "{\"name\": \"java-model\", \"version\": \"1\", \"stage\": \"Staging\", \"archive_existing_versions\": false}");
    client.sendPatch("model-versions/update", "{\"name\": \"java-model\", \"version\": \"2\", \"description\": \"the second\"}");
    say("version", told(client.getModelVersion("java-model", "2")));
    say("model", client.getRegisteredModel("java-model").getDescription());
    say("latest", client.getLatestVersions("java-model").stream().map(Calls::told).sorted().collect(Collectors.toList()));
    say("latest staging", client.getLatestVersions("java-model", List.of("Staging")).stream().map(Calls::told).collect(Collectors.toList()));
    say("download", tree(client.downloadLatestModelVersion("java-model", "Staging")));
    say("versions", told(client.searchModelVersions("name = 'java-model'", 10, List.of("version_number ASC"))));
    ModelVersionsPage first = client.searchModelVersions("name = 'java-model'", 1, List.of("version_number ASC"));
    say("first version", told(first), first.hasNextPage());
    say("next version", told((ModelVersionsPage) first.getNextPage()));
  }

  static void refusals(MlflowClient client) {
    refused("no run", () -> client.getRun("0".repeat(32)));
    refused("no experiment", () -> client.getExperiment("999999"));
    refused("a taken name", () -> client.createExperiment("java/one"));
    refused("a filter", () -> client.searchRuns(List.of("0"), "metrics.a >"));
    refused("no model", () -> client.getRegisteredModel("none"));
    refused("no version", () -> client.getModelVersion("java-model", "9"));
    String id = client.createRun("0").getRunId();
    client.logParam(id, "once", "1");
    refused("another value", () -> { client.logParam(id, "once", "2"); return null; });
    refused("a bad key", () -> { client.logMetric(id, "a\\b", 1); return null; });
  }

  static void refused(String what, Supplier<Object> call) {
    try {
      say(what, "was answered", call.get());
    } catch (Exception error) {
      String text = String.valueOf(error.getMessage());
      Matcher code = refusal.matcher(text);
      say(what, error.getClass().getSimpleName(), code.find() ? code.group(1) + " " + code.group(2) : text);
    }
  }

  static String told(Experiment of) {
    return of.getName() + " " + of.getLifecycleStage() + " " + of.getTagsList().stream()
        .map(each -> each.getKey() + "=" + each.getValue()).filter(each -> !each.startsWith("mlflow.experimentKind")).sorted().collect(Collectors.toList());
  }

  static String told(ExperimentsPage page) {
    return page.getItems().stream().map(each -> each.getName()).collect(Collectors.toList()).toString();
  }

  static String told(Run run) {
    RunInfo info = run.getInfo();
    return info.getRunId() + " " + info.getRunUuid() + " " + info.getStatus() + " " + info.getStartTime() + " " + info.getEndTime()
        + " " + run.getData().getMetricsList().stream().map(Calls::told).sorted().collect(Collectors.toList())
        + " " + run.getData().getParamsList().stream().map(each -> each.getKey() + "=" + each.getValue()).sorted().collect(Collectors.toList())
        + " " + run.getData().getTagsList().stream().map(each -> each.getKey() + "=" + each.getValue()).sorted().collect(Collectors.toList());
  }

  static String told(Metric of) {
    return of.getKey() + "=" + of.getValue() + "@" + of.getTimestamp() + "#" + of.getStep();
  }

  static String told(ModelVersion of) {
    return of.getName() + " " + of.getVersion() + " " + of.getCurrentStage() + " " + of.getStatus() + " " + of.getRunId() + " " + of.getDescription();
  }

  static String told(ModelVersionsPage page) {
    return page.getItems().stream().map(Calls::told).collect(Collectors.toList()).toString();
  }

  static List<String> ids(List<RunInfo> runs) {
    return runs.stream().map(each -> each.getRunId()).collect(Collectors.toList());
  }

  static List<String> places(RunsPage page) {
    return page.getItems().stream().map(each -> each.getInfo().getRunId()).collect(Collectors.toList());
  }

  static List<String> files(List<FileInfo> files) {
    return files.stream().map(each -> each.getPath() + " " + each.getIsDir() + " " + each.getFileSize()).sorted().collect(Collectors.toList());
  }

  static List<String> tree(File top) throws Exception {
    try (var all = Files.walk(top.toPath())) {
      return all.filter(Files::isRegularFile).map(each -> top.toPath().relativize(each).toString()).sorted().collect(Collectors.toList());
    }
  }

  static Metric metric(String key, double value, long time, long step) {
    return Metric.newBuilder().setKey(key).setValue(value).setTimestamp(time).setStep(step).build();
  }

  static Param param(String key, String value) {
    return Param.newBuilder().setKey(key).setValue(value).build();
  }

  static RunTag tag(String key, String value) {
    return RunTag.newBuilder().setKey(key).setValue(value).build();
  }

  /** Identifiers are others on each server: they are told by what they are of. */
  static String name(String name, String id) {
    names.put(id, "<" + name + ">");
    return id;
  }

  static void say(String what, Object... told) {
    String text = what + ": " + Arrays.stream(told).map(String::valueOf).collect(Collectors.joining(" "));
    for (Map.Entry<String, String> each : names.entrySet()) text = text.replace(each.getKey(), each.getValue());
    System.out.println(text.replaceAll("\\b1[78]\\d{11}\\b", "<now>"));
  }
}
