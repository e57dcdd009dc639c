package dev.mtdconnector.simulated;

import static dev.mtdconnector.simulated.ContosoBench.TENANT;

import dev.mtdconnector.device.ThreatState;
import dev.mtdconnector.intune.IntunePublisher;
import dev.mtdconnector.local.http.Fault;
import org.jspecify.annotations.Nullable;

class PartnerPublisherTest extends PublisherContract {

    @Override
    IntunePublisher make() {
        bench.partner.provision(TENANT);
        bench.partner.heartbeat(TENANT, bench.clock.instant());
        return bench.partner;
    }

    @Override
    String shownFor(ThreatState state) {
        return state.wireName();
    }

    @Override
    String shown(String deviceId) {
        return bench.intune.device(TENANT, deviceId).orElseThrow().threatState().wireName();
    }

    @Override
    Fault onWrites(@Nullable Integer status, @Nullable Integer retryAfterSeconds, boolean isLost) {
        return new Fault("PUT", "/intune/device/*", 1, status, retryAfterSeconds, 0, null, false, isLost, isLost);
    }
}
