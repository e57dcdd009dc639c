package dev.mtdconnector.webhook;

import dev.mtdconnector.http.Fields;
import dev.mtdconnector.intake.FeedFormat;
import dev.mtdconnector.intake.MobileRiskFormat;
import dev.mtdconnector.tenant.Tenant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.function.Function;

/** The formats in which a webhook may come: by a mapping, or by a class that knows the vendor. */
public final class Formats {

    /** The format of those who have a mapping. */
    static final String MAPPED = "mapped";

    private final Map<String, Function<Tenant, FeedFormat>> vendors;

    /**
     * @param vendors by name, for a tenant whose events they are to be; beside those that are always there
     */
    public Formats(Map<String, Function<Tenant, FeedFormat>> vendors) {
        Map<String, Function<Tenant, FeedFormat>> all = new TreeMap<>(vendors);
        all.put("mobile-risk-api", tenant -> MobileRiskFormat.INSTANCE);
        this.vendors = Map.copyOf(all);
    }

    List<String> names() {
        List<String> names = new ArrayList<>(vendors.keySet().stream().sorted().toList());
        names.add(0, MAPPED);
        return names;
    }

    FeedFormat of(Webhook webhook, Tenant tenant) {
        String mapping = webhook.mapping();
        if (mapping == null) {
            return Objects.requireNonNull(vendors.get(webhook.format()), webhook.format())
                    .apply(tenant);
        }
        Fields fields = Fields.of(mapping);
        Mapping read = Mapping.of(fields);
        fields.done();
        return new MappedFormat(webhook.name(), read, tenant);
    }
}
