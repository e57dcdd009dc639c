package dev.mtdconnector.local.intune;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.mtdconnector.local.contoso.Journal;
import dev.mtdconnector.local.intune.IntuneTenants.DirectoryDevice;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** An Intune on a test bench: a clock to move, three devices, a journal to read, and a partner that may do all. */
final class IntuneBench {

    static final String TENANT = "9b5dbe3f-0c99-4f71-ae4a-ab3e23a9a412";
    static final String OTHER_TENANT = "11111111-2222-3333-4444-555555555555";
    static final String IPHONE = "082fb7b9-70be-41a9-8d0b-d84fe7f17291";
    static final String ANDROID = "9f764685-f44a-4e98-8fe7-e477a6c0937f";
    static final String UNMANAGED = "aaaaaaaa-70be-41a9-8d0b-d84fe7f17291";
    static final String NO_DEVICE = "bbbbbbbb-70be-41a9-8d0b-d84fe7f17291";
    static final String MESSAGE = "5a0c1c1e-3a5c-4d8e-9d0e-0f3f6f1f7b1a";
    static final Instant START = Instant.parse("2026-11-21T09:00:00Z");

    final MovableClock clock = new MovableClock();
    final Journal journal = Journal.inMemory();
    final Map<String, DirectoryDevice> devices = new HashMap<>(Map.of(
            IPHONE, new DirectoryDevice("iOS", true),
            ANDROID, new DirectoryDevice("Android", true),
            UNMANAGED, new DirectoryDevice("iOS", false)));
    final SimulatedIntune intune;
    final PartnerService service;
    AdminSettings admin = AdminSettings.NONE;
    Set<String> roles = Set.of(PartnerService.ROLE);

    private final Duration processing;
    private final Set<IntuneRule> off;

    IntuneBench(Duration processing, Set<IntuneRule> off) {
        this.processing = processing;
        this.off = off;
        this.intune = create();
        this.service = new PartnerService(
                intune, header -> "Bearer good".equals(header) ? new PartnerService.Caller(TENANT, roles) : null, off);
    }

    IntuneBench() {
        this(Duration.ZERO, Set.of());
    }

    /** An Intune that knows nothing but what the journal holds. */
    SimulatedIntune restarted() {
        return create();
    }

    private SimulatedIntune create() {
        return new SimulatedIntune(
                clock,
                new IntuneTenants() {
                    @Override
                    public Optional<DirectoryDevice> device(String tenantId, String deviceId) {
                        return tenantId.equals(TENANT) ? Optional.ofNullable(devices.get(deviceId)) : Optional.empty();
                    }

                    @Override
                    public AdminSettings settings(String tenantId) {
                        return tenantId.equals(TENANT) ? admin : AdminSettings.NONE;
                    }
                },
                journal,
                PartnerNames.INVENTED,
                processing,
                off);
    }

    /** Provisioned, one heartbeat, iOS connected. */
    IntuneBench enabled() {
        intune.provision(TENANT, true);
        intune.heartbeat(TENANT);
        connect(Platform.IOS);
        return this;
    }

    IntuneBench rule(@Nullable RuleLevel level) {
        admin = new AdminSettings(admin.connected(), level);
        return this;
    }

    void connect(Platform... platforms) {
        admin = new AdminSettings(Set.of(platforms), admin.rule());
    }

    void report(String messageId, String deviceId, HealthState state, Instant lastUpdateTime) {
        intune.upload(TENANT, messageId, content(deviceId, state.wireName(), lastUpdateTime));
    }

    SimulatedIntune.DeviceStatus device(String deviceId) {
        return intune.device(TENANT, deviceId).orElseThrow();
    }

    ConnectorState state() {
        return intune.connector(TENANT).state();
    }

    static ObjectNode entity(String deviceId, String state, Instant lastUpdateTime) {
        return JsonNodeFactory.instance
                .objectNode()
                .put("EntityType", PartnerNames.INVENTED.entityType())
                .put("TenantId", TENANT)
                .put("DeviceId", deviceId)
                .put("UserId", "d95209b0-e274-4702-8929-807e2ad7900a")
                .put("LastUpdateTime", lastUpdateTime.toString())
                .put(PartnerNames.INVENTED.threatField(), state);
    }

    static String content(String deviceId, String state, Instant lastUpdateTime) {
        return array(entity(deviceId, state, lastUpdateTime)).toString();
    }

    static ArrayNode array(JsonNode... entities) {
        return JsonNodeFactory.instance.arrayNode().addAll(List.of(entities));
    }

    static ObjectNode uploadBody(String content) {
        return JsonNodeFactory.instance
                .objectNode()
                .put("TenantId", TENANT)
                .put("UploadTime", START.toString())
                .put("Content", content);
    }

    PartnerService.Reply put(String path, String version, String body) {
        return send("PUT", path, version, "Bearer good", body);
    }

    PartnerService.Reply send(
            String method, String path, @Nullable String version, @Nullable String authorization, String body) {
        return service.answer(new PartnerService.Request(
                method, path, version, authorization, "return-content", body.getBytes(StandardCharsets.UTF_8)));
    }

    static JsonNode json(String text) {
        try {
            return new ObjectMapper().readTree(text);
        } catch (com.fasterxml.jackson.core.JsonProcessingException e) {
            throw new IllegalArgumentException(e);
        }
    }

    /** A clock that stands still until it is moved. */
    static final class MovableClock extends Clock {
        private Instant now = START;

        void advance(Duration by) {
            now = now.plus(by);
        }

        @Override
        public Instant instant() {
            return now;
        }

        @Override
        public ZoneId getZone() {
            return ZoneOffset.UTC;
        }

        @Override
        public Clock withZone(ZoneId zone) {
            return this;
        }
    }
}
