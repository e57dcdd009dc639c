package dev.mtdconnector.security;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.TextNode;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import java.lang.reflect.Constructor;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.lang.reflect.RecordComponent;
import java.net.URI;
import java.net.http.HttpHeaders;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/**
 * A record's own text names all its components, and texts of records end up in logs and messages. So each record of the
 * product is made with a canary in every component whose name says that it may hold a secret, and its text must not show
 * it.
 */
class RecordTextTest {

    private static final String CANARY = "canary-in-a-record";

    /** By the last word of a component's name: {@code secretHash} and {@code keyId} are none, {@code clientSecret} is. */
    private static final Pattern MAY_BE_SECRET = Pattern.compile(
            "(?i).*(secret|password|token|authorization|credential|cookie|connectionstring|verifier|nonce|assertion"
                    + "|apikey|feedkey|operatorkey|accesskey|headers|body|query|state|code|location|link|text|key)");

    /** Components of such a name that hold no secret, each with the reason. */
    private static final Map<String, String> HARMLESS = Map.ofEntries(
            Map.entry("notify.ErrorRecords$ErrorRecord.code", "a stable code of ErrorCode"),
            Map.entry("schedule.Job.lastErrorCode", "likewise"),
            Map.entry("audit.AuditEntry.code", "likewise"),
            Map.entry("feed.FeedProgress$Trouble.errorCode", "likewise"),
            Map.entry("health.Finding.code", "likewise"),
            Map.entry("health.JobsOverview$Failed.code", "likewise"),
            Map.entry("health.DeploymentHealth$Report.body", "the operator's health: numbers, ids, codes and times"),
            Map.entry("intune.ReportedStates$PartnerConnector.partnerState", "a word of Intune's"),
            Map.entry("connector.IntuneStatus.state", "likewise"),
            Map.entry("storage.Row.key", "the row's place: keys are built of ids, states and hashes"),
            Map.entry("operator.TenantData$Place.key", "likewise"),
            Map.entry("storage.Table$Range.fromKey", "likewise"),
            Map.entry("storage.Table$Range.toKey", "likewise"),
            Map.entry(
                    "graph.GraphClient$Page.nextLink",
                    "an address of Graph with a page's position, which opens nothing"),
            Map.entry("enrollment.GroupResolution$Notice.code", "a word of the API"),
            Map.entry("apps.FindingStore$Finding.appKey", "a hash of an app's name and publisher"),
            Map.entry("apps.FindingStore$Place.appKey", "likewise"),
            Map.entry("apps.MatchedApps$App.key", "likewise"),
            Map.entry(
                    "enrollment.DirectoryChanges$Position.link",
                    "an address of Graph with a place in a query, which opens nothing"),
            Map.entry(
                    "enrollment.EnrollmentState$Following.devicesLink",
                    "an address of Graph with a place in a query, which opens nothing"),
            Map.entry(
                    "enrollment.EnrollmentState$Following.ownersLink",
                    "an address of Graph with a place in a query, which opens nothing"),
            Map.entry(
                    "enrollment.EnrollmentState$Reconciling.link",
                    "an address of Graph with a place in a query, which opens nothing"),
            Map.entry(
                    "enrollment.EnrollmentState$Intune.link",
                    "an address of Graph with a place in a query, which opens nothing"),
            Map.entry(
                    "enrollment.EnrollmentState$Chunk.link",
                    "an address of Graph with a place in a query, which opens nothing"));

    private static final String GUID = "9b5dbe3f-0c99-4f71-ae4a-ab3e23a9a412";
    private static final List<String> TEXTS = List.of(GUID, "Name1", "a@b.example", "");

    private final List<String> looked = new ArrayList<>();

    @Test
    void noRecordOfTheProductPrintsWhatMayBeASecret() throws Exception {
        List<String> leaking = new ArrayList<>();
        int records = 0;
        for (JavaClass type : new ClassFileImporter()
                .withImportOption(location -> !location.contains("/test-classes/"))
                .importPackages("dev.mtdconnector")) {
            Class<?> loaded = Class.forName(type.getName(), false, getClass().getClassLoader());
            if (loaded.isRecord()) {
                records++;
                leaking.addAll(leaks(loaded));
            }
        }
        assertThat(records).isGreaterThan(80);
        assertThat(looked)
                .contains(
                        "http.HttpRequest.headers",
                        "graph.CredentialSettings$ClientSecret.secret",
                        "mail.SmtpSettings.password",
                        "storage.StorageSettings.connectionString");
        assertThat(leaking)
                .as("give these records a toString without the component, or name it with a reason above")
                .isEmpty();
    }

    @Test
    void aRecordThatPrintsASecretIsFound() {
        assertThat(leaks(Leaking.class)).hasSize(2);
    }

    private record Leaking(String tenantId, String browserSecret, Map<String, String> headers) {}

    private List<String> leaks(Class<?> type) {
        List<String> leaks = new ArrayList<>();
        for (RecordComponent component : type.getRecordComponents()) {
            String name = type.getName().replace("dev.mtdconnector.", "") + "." + component.getName();
            if (isSecret(component) && !HARMLESS.containsKey(name)) {
                looked.add(name);
                String text = String.valueOf(make(type, component));
                if (text.contains(CANARY)) {
                    leaks.add(name + ": " + text);
                }
            }
        }
        return leaks;
    }

    private static boolean isSecret(RecordComponent component) {
        Class<?> type = component.getType();
        return MAY_BE_SECRET.matcher(component.getName()).matches()
                && (type == String.class
                        || type == Map.class
                        || type == HttpHeaders.class
                        || JsonNode.class.isAssignableFrom(type));
    }

    /** An instance with the canary in this component; several guesses at the others, for records check what they take. */
    private static Object make(Class<?> type, RecordComponent secret) {
        List<Object> tried = new ArrayList<>();
        for (int guess = 0; guess < 3 * TEXTS.size() * 2; guess++) {
            int chosen = guess;
            boolean nulls = guess % 2 == 1;
            Object[] values = Arrays.stream(type.getRecordComponents())
                    .map(each -> each.getName().equals(secret.getName())
                            ? canary(each.getType())
                            : nulls && isNullable(each) ? null : value(each.getType(), chosen / 2))
                    .toArray();
            try {
                Constructor<?> constructor = type.getDeclaredConstructor(Arrays.stream(type.getRecordComponents())
                        .map(RecordComponent::getType)
                        .toArray(Class[]::new));
                constructor.setAccessible(true);
                return constructor.newInstance(values);
            } catch (InvocationTargetException e) {
                tried.add(e.getCause());
            } catch (ReflectiveOperationException e) {
                throw new LinkageError(type.getName(), e);
            }
        }
        throw new AssertionError("No guess makes a " + type.getName() + ": " + tried);
    }

    private static boolean isNullable(RecordComponent component) {
        return component.getAnnotatedType().isAnnotationPresent(Nullable.class);
    }

    private static Object canary(Class<?> type) {
        if (type == Map.class) {
            return Map.of("a", CANARY);
        }
        if (type == HttpHeaders.class) {
            return HttpHeaders.of(Map.of("a", List.of(CANARY)), (name, value) -> true);
        }
        return type == String.class ? CANARY : TextNode.valueOf(CANARY);
    }

    private static @Nullable Object value(Class<?> type, int guess) {
        if (type == String.class) {
            return TEXTS.get(guess % TEXTS.size());
        }
        if (type.isEnum()) {
            return type.getEnumConstants()[guess % type.getEnumConstants().length];
        }
        if (type == boolean.class || type == Boolean.class) {
            return guess % 2 == 0;
        }
        if (type == int.class || type == Integer.class) {
            return 1;
        }
        if (type == long.class || type == Long.class) {
            return 1L;
        }
        Map<Class<?>, Object> others = Map.ofEntries(
                Map.entry(UUID.class, UUID.fromString(GUID)),
                Map.entry(URI.class, URI.create("https://a.example")),
                Map.entry(Instant.class, Instant.EPOCH),
                Map.entry(Duration.class, Duration.ZERO),
                Map.entry(List.class, List.of()),
                Map.entry(Set.class, Set.of()),
                Map.entry(Map.class, Map.of()),
                Map.entry(Optional.class, Optional.empty()),
                Map.entry(HttpHeaders.class, HttpHeaders.of(Map.of(), (name, value) -> true)));
        if (others.containsKey(type)) {
            return others.get(type);
        }
        if (type.isInterface()) {
            return type.isSealed()
                    ? null
                    : Proxy.newProxyInstance(
                            type.getClassLoader(), new Class<?>[] {type}, (proxy, method, arguments) -> null);
        }
        return type.isRecord() && type.getRecordComponents().length > 0 ? inner(type, guess) : null;
    }

    /** A record inside another, with nothing secret in it. */
    private static @Nullable Object inner(Class<?> type, int guess) {
        Object[] values = Arrays.stream(type.getRecordComponents())
                .map(each -> value(each.getType(), guess))
                .toArray();
        try {
            Constructor<?> constructor = type.getDeclaredConstructor(Arrays.stream(type.getRecordComponents())
                    .map(RecordComponent::getType)
                    .toArray(Class[]::new));
            constructor.setAccessible(true);
            return constructor.newInstance(values);
        } catch (ReflectiveOperationException e) {
            return null;
        }
    }
}
