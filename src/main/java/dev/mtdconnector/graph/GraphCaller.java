package dev.mtdconnector.graph;

import com.microsoft.kiota.RequestOption;
import dev.mtdconnector.tenant.Registration;

/**
 * In whose name a request to Graph goes out. It travels with the request, so that one client of the SDK serves all
 * tenants.
 */
record GraphCaller(Registration registration, String tenantId) implements RequestOption {

    GraphCaller {
        tenantId = Guids.checked(tenantId);
    }

    @Override
    @SuppressWarnings("unchecked") // the SDK's signature: the option's own class
    public <T extends RequestOption> Class<T> getType() {
        return (Class<T>) GraphCaller.class;
    }
}
