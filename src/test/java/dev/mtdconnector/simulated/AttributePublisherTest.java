package dev.mtdconnector.simulated;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mtdconnector.common.UpstreamException;
import dev.mtdconnector.connector.PublishOptions;
import dev.mtdconnector.device.ThreatState;
import dev.mtdconnector.intune.AttributePublisher;
import dev.mtdconnector.intune.IntunePublisher;
import dev.mtdconnector.local.contoso.WellKnown;
import dev.mtdconnector.local.http.Fault;
import dev.mtdconnector.storage.PublishingTable;
import dev.mtdconnector.testing.MemoryTables;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class AttributePublisherTest extends PublisherContract {

    private static final int NUMBER = 7;

    private boolean mayOverwrite;

    @Override
    IntunePublisher make() {
        return new AttributePublisher(
                NUMBER,
                bench.attributes,
                new PublishingTable(new MemoryTables()),
                tenantId -> new PublishOptions(
                        mayOverwrite, PublishOptions.DEFAULT.of(), PublishOptions.DEFAULT.from(), null));
    }

    @Override
    String shownFor(ThreatState state) {
        return switch (state) {
            case DEACTIVATED -> "nothing";
            case HIGH -> "mtd:high";
            case MEDIUM -> "mtd:medium";
            case LOW -> "mtd:low";
            case SECURED -> "mtd:secured";
            case ACTIVATED -> "mtd:activated";
            case UNRESPONSIVE -> "mtd:unresponsive";
        };
    }

    @Override
    String shown(String deviceId) {
        return bench.contoso
                .attributes(bench.contoso.deviceByDeviceId(deviceId).orElseThrow())
                .getOrDefault(NUMBER, "nothing");
    }

    @Override
    Fault onWrites(@Nullable Integer status, @Nullable Integer retryAfterSeconds, boolean isLost) {
        return new Fault("PATCH", "/v1.0/devices/*", 1, status, retryAfterSeconds, 0, null, false, isLost, isLost);
    }

    private void setBySomebody(String value) {
        bench.change("{\"type\":\"deviceAttribute\",\"deviceId\":\"" + WellKnown.LENAS_IPHONE + "\",\"number\":7,"
                + "\"value\":\"" + value + "\"}");
    }

    private long patches() {
        return bench.traffic.counts().stream()
                .filter(count -> count.method().equals("PATCH"))
                .mapToLong(count -> count.count())
                .sum();
    }

    @Test
    void whatStandsThereAlreadyIsNotWrittenAgain() {
        told(lena(ThreatState.HIGH));
        long before = patches();
        told(lena(ThreatState.HIGH));
        assertThat(patches()).isEqualTo(before);
    }

    @Test
    void aForeignValueStaysUntilAnAdministratorLetsItGo() {
        setBySomebody("kiosk");
        Message message = message(lena(ThreatState.HIGH), oscar(ThreatState.HIGH));
        upload(message);
        assertThat(status(message).refused()).containsOnlyKeys(WellKnown.LENAS_IPHONE);
        assertThat(shown(WellKnown.LENAS_IPHONE)).isEqualTo("kiosk");
        assertThat(shown(WellKnown.OSCARS_ANDROID)).isEqualTo("mtd:high");

        mayOverwrite = true;
        told(lena(ThreatState.HIGH));
        assertThat(shown(WellKnown.LENAS_IPHONE)).isEqualTo("mtd:high");
    }

    @Test
    void evenThenAForeignValueIsNotCleared() {
        mayOverwrite = true;
        told(lena(ThreatState.HIGH));
        setBySomebody("kiosk");
        told(lena(ThreatState.DEACTIVATED));
        assertThat(shown(WellKnown.LENAS_IPHONE)).isEqualTo("kiosk");
    }

    @Test
    void otherAttributesAreLeftAlone() {
        bench.change("{\"type\":\"deviceAttribute\",\"deviceId\":\"" + WellKnown.LENAS_IPHONE + "\",\"number\":1,"
                + "\"value\":\"Berlin\"}");
        told(lena(ThreatState.HIGH));
        told(lena(ThreatState.DEACTIVATED));
        assertThat(bench.contoso.attributes(
                        bench.contoso.deviceByDeviceId(WellKnown.LENAS_IPHONE).orElseThrow()))
                .containsOnlyKeys(1);
    }

    @Test
    void aDeviceThatIsGoneHasNothingToWithdraw() {
        told(new IntunePublisher.DeviceReport(GONE, NOBODY, ThreatState.DEACTIVATED, bench.clock.instant()));
    }

    @Test
    void aProtectedDeviceIsRefusedAndAMissingPermissionIsNot() {
        String path = "/v1.0/devices/"
                + bench.contoso
                        .deviceByDeviceId(WellKnown.LENAS_IPHONE)
                        .orElseThrow()
                        .id();
        bench.traffic.add(Fault.status("PATCH", path, 2, 403));
        Message message = message(lena(ThreatState.HIGH), oscar(ThreatState.HIGH));
        upload(message);
        assertThat(status(message).refused().get(WellKnown.LENAS_IPHONE)).contains("protects");
        assertThat(shown(WellKnown.OSCARS_ANDROID)).isEqualTo("mtd:high");

        bench.change("{\"type\":\"roleRemoved\",\"clientId\":\"attribute\",\"role\":\"Device.ReadWrite.All\"}");
        bench.traffic.add(Fault.status("PATCH", "/v1.0/devices/*", 2, 403));
        Message another = message(lena(ThreatState.MEDIUM));
        assertThatThrownBy(() -> upload(another))
                .isInstanceOfSatisfying(
                        UpstreamException.class,
                        failure -> assertThat(failure.kind()).isEqualTo(UpstreamException.Kind.FORBIDDEN));
    }

    @Test
    void fortyDevicesAreTwoReadsAndTwoWrites() {
        List<IntunePublisher.DeviceReport> reports = new ArrayList<>();
        for (int i = 0; i < 40; i++) {
            String id = new UUID(7, i).toString();
            bench.change("{\"type\":\"deviceCreated\",\"deviceId\":\"" + id + "\",\"displayName\":\"Phone " + i
                    + "\",\"owner\":\"" + WellKnown.LENA
                    + "\",\"operatingSystem\":\"Android\",\"operatingSystemVersion\":\"15\"}");
            reports.add(
                    new IntunePublisher.DeviceReport(id, WellKnown.LENA, ThreatState.SECURED, bench.clock.instant()));
        }
        bench.traffic.resetCounts();
        told(reports.toArray(IntunePublisher.DeviceReport[]::new));
        assertThat(bench.traffic.counts().stream()
                        .filter(count -> count.template().endsWith("$batch"))
                        .mapToLong(count -> count.count())
                        .sum())
                .isEqualTo(4);
        assertThat(patches()).isEqualTo(40);
    }
}
