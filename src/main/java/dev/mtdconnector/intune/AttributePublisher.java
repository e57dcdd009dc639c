package dev.mtdconnector.intune;

import dev.mtdconnector.connector.PublishOptions;
import dev.mtdconnector.device.ThreatState;
import dev.mtdconnector.intune.DeviceAttributes.Held;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Writes states into one extension attribute of the Entra device, where filters of Conditional Access read them. What
 * stands there already is not written again. A value that is not ours stays, unless an administrator let it be replaced,
 * and its device is refused; a deactivated device loses our value and no other.
 */
public final class AttributePublisher implements IntunePublisher {

    static final String GONE = "The directory has no such device";
    static final String FOREIGN = "The attribute holds a value of somebody else";

    private final int number;
    private final DeviceAttributes attributes;
    private final UploadLog log;
    private final Function<String, PublishOptions> options;

    /**
     * @param number of the attribute, 1 to 15
     * @param options what a tenant chose; asked when a message is written, so that a permission that was taken back is
     */
    public AttributePublisher(
            int number, DeviceAttributes attributes, UploadLog log, Function<String, PublishOptions> options) {
        this.number = number;
        this.attributes = attributes;
        this.log = log;
        this.options = options;
    }

    @Override
    public String content(String tenantId, List<DeviceReport> reports) {
        return ReportText.of(reports);
    }

    @Override
    public void upload(String tenantId, UUID messageId, Instant uploadTime, String content, Runnable checkpoint) {
        if (log.refused(tenantId, messageId).isPresent()) {
            return;
        }
        boolean mayOverwrite = options.apply(tenantId).overwriteForeign();
        List<DeviceReport> reports = ReportText.read(content);
        Map<String, String> refused = new HashMap<>();
        for (int from = 0; from < reports.size(); from += DeviceAttributes.TOGETHER) {
            int to = Math.min(reports.size(), from + DeviceAttributes.TOGETHER);
            refused.putAll(write(tenantId, reports.subList(from, to), mayOverwrite, checkpoint));
        }
        checkpoint.run();
        log.written(tenantId, messageId, refused);
    }

    private Map<String, String> write(
            String tenantId, List<DeviceReport> reports, boolean mayOverwrite, Runnable checkpoint) {
        List<String> deviceIds = new ArrayList<>();
        reports.forEach(report -> deviceIds.add(report.deviceId()));
        Map<String, Held> held = attributes.read(tenantId, number, deviceIds);
        Map<String, @Nullable String> values = new LinkedHashMap<>();
        Map<String, String> deviceOf = new HashMap<>();
        Map<String, String> refused = new HashMap<>();
        for (DeviceReport report : reports) {
            Held now = held.get(report.deviceId());
            boolean isWithdrawn = report.state() == ThreatState.DEACTIVATED;
            if (now == null) {
                if (!isWithdrawn) {
                    refused.put(report.deviceId(), GONE);
                }
                continue;
            }
            String wanted = AttributeValue.of(report.state());
            boolean isForeign = now.value() != null && !AttributeValue.isOurs(now.value());
            if (Objects.equals(now.value(), wanted) || (isForeign && isWithdrawn)) {
                continue;
            }
            if (isForeign && !mayOverwrite) {
                refused.put(report.deviceId(), FOREIGN);
                continue;
            }
            values.put(now.objectId(), wanted);
            deviceOf.put(now.objectId(), report.deviceId());
        }
        if (!values.isEmpty()) {
            attributes
                    .write(tenantId, number, values, checkpoint)
                    .forEach((objectId, why) -> refused.put(deviceOf.getOrDefault(objectId, objectId), why));
        }
        return refused;
    }

    @Override
    public UploadStatus status(String tenantId, UUID messageId) {
        return log.refused(tenantId, messageId)
                .map(refused -> new UploadStatus(Progress.COMPLETED, null, refused))
                .orElseGet(() -> new UploadStatus(Progress.UNKNOWN, null));
    }
}
