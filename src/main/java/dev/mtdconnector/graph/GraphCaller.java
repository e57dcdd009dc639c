package dev.mtdconnector.graph;

import com.microsoft.kiota.RequestOption;
import dev.mtdconnector.enrollment.DirectoryChanges;
import dev.mtdconnector.tenant.Registration;
import java.time.Duration;

/**
 * In whose name a request to Graph goes out. It travels with the request, so that one client of the SDK serves all
 * tenants; what it costs is counted for whom it is.
 *
 * @param meter counts requests and waits
 */
record GraphCaller(Registration registration, String tenantId, DirectoryChanges.Meter meter) implements RequestOption {

    private static final DirectoryChanges.Meter UNCOUNTED = new DirectoryChanges.Meter() {
        @Override
        public void request() {}

        @Override
        public void page() {}

        @Override
        public void throttled(Duration waited) {}
    };

    GraphCaller(Registration registration, String tenantId) {
        this(registration, tenantId, UNCOUNTED);
    }

    GraphCaller {
        tenantId = Guids.checked(tenantId);
    }

    @Override
    @SuppressWarnings("unchecked") // the SDK's signature: the option's own class
    public <T extends RequestOption> Class<T> getType() {
        return (Class<T>) GraphCaller.class;
    }
}
