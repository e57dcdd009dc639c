package dev.mtdconnector.local.intune;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * Reads the {@code Content} of an upload: a JSON array of entities. The common fields are those that public partner
 * code sends; the type and the threat field are {@link PartnerNames}. A content with one wrong entity is refused whole,
 * before anything is kept.
 */
final class UploadContent {

    private static final ObjectMapper JSON = new ObjectMapper()
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .enable(JsonParser.Feature.STRICT_DUPLICATE_DETECTION);

    private final PartnerNames names;
    private final Set<String> fields;
    private final Set<IntuneRule> off;

    UploadContent(PartnerNames names, Set<IntuneRule> off) {
        this.names = names;
        this.off = off;
        this.fields = Set.of("EntityType", "TenantId", "DeviceId", "UserId", "LastUpdateTime", names.threatField());
    }

    /** The entities in their order; throws {@link IntuneRefusal} that names the first wrong field. */
    List<ThreatEntity> read(String tenantId, String content) {
        JsonNode array;
        try {
            array = JSON.readTree(content);
        } catch (JsonProcessingException e) {
            throw IntuneRefusal.badRequest("Content is not JSON");
        }
        if (!array.isArray() || array.isEmpty()) {
            throw IntuneRefusal.badRequest("Content must be a JSON array with at least one entity");
        }
        List<ThreatEntity> entities = new ArrayList<>();
        for (int i = 0; i < array.size(); i++) {
            entities.add(entity(tenantId, new Fields("Content[" + i + "]", array.get(i), fields, off)));
        }
        return entities;
    }

    private ThreatEntity entity(String tenantId, Fields entity) {
        entity.number("EntityType", names.entityType());
        entity.tenant("TenantId", tenantId);
        entity.optionalGuid("UserId");
        String deviceId = entity.guid("DeviceId");
        String state = entity.text(names.threatField());
        return new ThreatEntity(
                deviceId,
                HealthState.reported(state)
                        .orElseThrow(() -> entity.wrong(names.threatField(), "is not a state: " + state)),
                entity.time("LastUpdateTime"));
    }
}
