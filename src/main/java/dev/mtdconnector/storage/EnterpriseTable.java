package dev.mtdconnector.storage;

import dev.mtdconnector.tenant.Enterprises;
import dev.mtdconnector.tenant.Enterprises.Claim;
import java.util.List;
import java.util.Optional;

/** Which tenant an enterprise of the threat feed is tied to: a partition an enterprise, with one row. */
public final class EnterpriseTable implements Enterprises.Store {

    private static final String CLAIM = "claim";

    private final Table table;

    public EnterpriseTable(Tables tables) {
        this.table = tables.table("enterprises");
    }

    @Override
    public Optional<Claim> find(String enterpriseGuid) {
        return table.get(Keys.join(enterpriseGuid), CLAIM).map(EnterpriseTable::claim);
    }

    @Override
    public boolean save(Claim claim) {
        Row row = Row.of(
                Keys.join(claim.enterpriseGuid()),
                CLAIM,
                Columns.ofRow()
                        .text("tenantId", claim.tenantId())
                        .instant("claimedAt", claim.claimedAt())
                        .map());
        return Writes.replace(table, row, claim.version()).isPresent();
    }

    @Override
    public void remove(Claim claim) {
        Writes.delete(table, Keys.join(claim.enterpriseGuid()), CLAIM, claim.version());
    }

    @Override
    public List<Claim> of(String tenantId) {
        return Queries.rows(table, new Table.Range(null, null, CLAIM, CLAIM + "\u0000"), Integer.MAX_VALUE).stream()
                .map(EnterpriseTable::claim)
                .filter(claim -> claim.tenantId().equals(tenantId))
                .toList();
    }

    private static Claim claim(Row row) {
        return new Claim(
                Keys.unescape(row.partition()),
                row.requiredText("tenantId"),
                row.requiredInstant("claimedAt"),
                row.etag());
    }
}
