package dev.mtdconnector.local.contoso;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.UnaryOperator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The query option {@code $search} of directory objects: clauses {@code "property:text"} joined by AND or OR. Texts are cut
 * into words at spaces, symbols, numbers and where lower case turns to upper case; every word asked for must begin a word of
 * the property. Parentheses are not simulated.
 */
final class GraphSearch {

    private static final Pattern SHAPE =
            Pattern.compile("\\s*\"(?:[^\"\\\\]|\\\\.)*\"(\\s+(AND|OR)\\s+\"(?:[^\"\\\\]|\\\\.)*\")*\\s*");
    private static final Pattern PART = Pattern.compile("\"((?:[^\"\\\\]|\\\\.)*)\"|\\b(AND|OR)\\b");
    private static final Pattern WORD = Pattern.compile("\\p{Lu}+(?!\\p{Ll})|\\p{Lu}?[\\p{L}&&[^\\p{Lu}]]+|\\p{N}+");

    private record Clause(String property, List<String> words) {}

    /** Alternatives, each of clauses that must all hold. */
    private final List<List<Clause>> alternatives;

    private GraphSearch(List<List<Clause>> alternatives) {
        this.alternatives = alternatives;
    }

    /**
     * What a call searches for; everything matches when it does not search.
     *
     * @throws GraphError when the search is not in Graph's form, or without the header that it needs
     */
    static GraphSearch of(GraphCall call) {
        String search = call.query().options().get("$search");
        List<List<Clause>> alternatives = new ArrayList<>();
        if (search == null) {
            return new GraphSearch(alternatives);
        }
        if (!call.query().eventual() && call.on(Rule.SEARCH_ADVANCED)) {
            throw GraphError.unsupported(
                    "Request with $search query parameter only works through MSGraph with a special "
                            + "request header: 'ConsistencyLevel: eventual'");
        }
        if (!SHAPE.matcher(search).matches()) {
            throw GraphError.badRequest("Syntax error in the $search expression '" + search + "'.");
        }
        alternatives.add(new ArrayList<>());
        Matcher part = PART.matcher(search);
        while (part.find()) {
            if (part.group(1) != null) {
                alternatives.get(alternatives.size() - 1).add(clause(part.group(1)));
            } else if (part.group(2).equals("OR")) {
                alternatives.add(new ArrayList<>());
            }
        }
        return new GraphSearch(alternatives);
    }

    private static Clause clause(String text) {
        int colon = text.indexOf(':');
        String property = colon < 0 ? "" : text.substring(0, colon).trim();
        for (String known : List.of("displayName", "description")) {
            if (known.equalsIgnoreCase(property)) {
                return new Clause(known, words(text.substring(colon + 1)));
            }
        }
        throw GraphError.unsupported("The property '" + property + "' of a $search clause is not supported. (This "
                + "simulator knows displayName and description.)");
    }

    boolean matches(UnaryOperator<@Nullable String> property) {
        return alternatives.isEmpty()
                || alternatives.stream()
                        .anyMatch(clauses -> clauses.stream()
                                .allMatch(clause -> matches(clause, property.apply(clause.property()))));
    }

    private static boolean matches(Clause clause, @Nullable String text) {
        if (text == null) {
            return false;
        }
        List<String> words = words(text);
        // Words that only symbols part are found as one, too.
        for (String run : text.split("\\s+", -1)) {
            words.add(run.replaceAll("[^\\p{L}\\p{N}]", "").toLowerCase(Locale.ROOT));
        }
        return clause.words().stream().allMatch(asked -> words.stream().anyMatch(word -> word.startsWith(asked)));
    }

    private static List<String> words(String text) {
        List<String> words = new ArrayList<>();
        Matcher word = WORD.matcher(text);
        while (word.find()) {
            words.add(word.group().toLowerCase(Locale.ROOT));
        }
        return words;
    }
}
