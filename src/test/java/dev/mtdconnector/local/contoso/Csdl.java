package dev.mtdconnector.local.contoso;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import javax.xml.XMLConstants;
import javax.xml.parsers.DocumentBuilderFactory;
import javax.xml.parsers.ParserConfigurationException;
import org.w3c.dom.Document;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;
import org.xml.sax.SAXException;

/**
 * The names and types of Graph's properties, from Microsoft's own metadata (a copy of a part of it is among the test
 * resources). Names are found in any letter case.
 */
final class Csdl {

    private static final Csdl INSTANCE = load();

    private final Map<String, Map<String, Property>> types = new LinkedHashMap<>();

    /**
     * A property.
     *
     * @param type as the metadata writes it, as {@code Collection(Edm.String)}
     */
    record Property(String name, String type) {
        boolean isCollection() {
            return type.startsWith("Collection(");
        }
    }

    private Csdl() {}

    static Csdl v1() {
        return INSTANCE;
    }

    /** The properties of a type and its base types, in the order of the metadata, by name in lower case. */
    Map<String, Property> properties(String type) {
        Map<String, Property> properties = types.get(type);
        if (properties == null) {
            throw new IllegalArgumentException("The metadata has no type " + type);
        }
        return properties;
    }

    Optional<Property> property(String type, String name) {
        return Optional.ofNullable(properties(type).get(name.toLowerCase(Locale.ROOT)));
    }

    private static Csdl load() {
        try (InputStream in = Csdl.class.getResourceAsStream("/graph-v1.0-subset.csdl")) {
            if (in == null) {
                throw new IllegalStateException("graph-v1.0-subset.csdl is not on the class path");
            }
            DocumentBuilderFactory factory = DocumentBuilderFactory.newInstance();
            factory.setFeature(XMLConstants.FEATURE_SECURE_PROCESSING, true);
            Document document = factory.newDocumentBuilder().parse(in);
            Csdl csdl = new Csdl();
            NodeList entities = document.getElementsByTagName("EntityType");
            for (int i = 0; i < entities.getLength(); i++) {
                csdl.add((Element) entities.item(i));
            }
            csdl.addUndeclared();
            return csdl;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (ParserConfigurationException | SAXException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Base types stand before the types derived from them. */
    private void add(Element entity) {
        Map<String, Property> properties = new LinkedHashMap<>();
        String base = entity.getAttribute("BaseType").replace("graph.", "");
        properties.putAll(types.getOrDefault(base, Map.of()));
        NodeList declared = entity.getElementsByTagName("Property");
        for (int i = 0; i < declared.getLength(); i++) {
            Element property = (Element) declared.item(i);
            String name = property.getAttribute("Name");
            properties.put(name.toLowerCase(Locale.ROOT), new Property(name, property.getAttribute("Type")));
        }
        types.put(entity.getAttribute("Name"), properties);
    }

    /** Documented for v1.0, and not in its metadata: device is an open type. */
    private void addUndeclared() {
        properties("device")
                .put("extensionattributes", new Property("extensionAttributes", "graph.onPremisesExtensionAttributes"));
    }
}
